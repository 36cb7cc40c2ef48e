// On a device that is one's own: puts the worker there, and keeps what was pressed without a network until it is sent
// (S18): an id, a kind and a day, all without words, as empty entries of one cache, which Leave and signing out clear.

const BOX = "later";
/** As many as the server takes in one go. */
const AT_ONCE = 200;
const { worker, later: to } = document.body.dataset;

if (worker && "serviceWorker" in navigator) {
  // A browser takes a worker's address from no plain text where Trusted Types are required; this policy makes that one.
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const policy = types?.createPolicy("worker", { createScriptURL: () => worker });
  navigator.serviceWorker.register(policy?.createScriptURL("") ?? worker).catch(() => {});
}

/** @param {string} press `id.kind.day` @returns {Promise<boolean>} whether it is kept now */
async function keep(press) {
  // Only where the worker is, so only on a device that somebody called their own.
  if (!to || !navigator.serviceWorker?.controller) return false;
  const box = await caches.open(BOX);
  await box.put(`/${press}`, new Response());
  send();
  return true;
}

/** Sends what is kept. Other tabs may do the same meanwhile: the server takes each id once. */
async function send() {
  if (!to || !globalThis.caches || !(await caches.has(BOX))) return;
  const box = await caches.open(BOX);
  const kept = (await box.keys()).slice(0, AT_ONCE);
  if (!kept.length) return;
  const body = new URLSearchParams({ m: kept.map((press) => new URL(press.url).pathname.slice(1)).join(" ") });
  // Without a sign-in the answer is a redirect, and everything stays where it is.
  const answer = await fetch(to, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.status !== 204) return;
  for (const press of kept) await box.delete(press);
  document.dispatchEvent(new CustomEvent("evening:sent"));
  if (kept.length === AT_ONCE) await send();
}

document.addEventListener("evening:unsent", (event) => {
  const asked = /** @type {CustomEvent} */ (event).detail;
  asked.kept = keep(asked.press);
});

send();
addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") send();
});
