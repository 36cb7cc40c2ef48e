// What was pressed without a network, until it is sent (S18): an id, a kind and a day, all without words. Kept as empty
// entries of one cache, which Leave and signing out clear.

const BOX = "later";

/** Where to send it to; pages that may keep nothing name no such place. */
const to = document.body.dataset.later;

/** @param {string} press `id.kind.day` @returns {Promise<boolean>} whether it is kept now */
export async function keep(press) {
  // Only where the worker is, so only on a device that somebody called their own.
  if (!to || !navigator.serviceWorker?.controller) return false;
  const box = await caches.open(BOX);
  await box.put(`/${press}`, new Response());
  return true;
}

/** Sends what is kept. Other tabs may do the same meanwhile: the server takes each id once. */
export async function send() {
  if (!to || !globalThis.caches || !(await caches.has(BOX))) return;
  const box = await caches.open(BOX);
  const kept = await box.keys();
  if (!kept.length) return;
  const body = new URLSearchParams({ m: kept.map((press) => new URL(press.url).pathname.slice(1)).join(" ") });
  // Without a sign-in the answer is a redirect, and everything stays where it is.
  const answer = await fetch(to, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.status !== 204) return;
  for (const press of kept) await box.delete(press);
  document.dispatchEvent(new CustomEvent("evening:sent"));
}
