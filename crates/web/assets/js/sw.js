// The worker on a device that is somebody's own. It keeps the public guide for times without a network, and nothing
// else: no page that shows anything of two people is ever put into a cache (S18). The server writes KEPT in front.

/** @typedef {{ name: string, home: string, leave: string, away: string, files: string[], title: string, reminder: string, front: string }} Kept */
/** @type {Kept} */
// @ts-expect-error: stands in front of this file
const kept = KEPT;
/** As `keep.js` calls it; it stays when the guide changes. */
const BOX = "later";
const worker = /** @type {any} */ (self);

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(fill()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(tidy()));

async function fill() {
  const cache = await caches.open(kept.name);
  for (const file of kept.files) {
    if (await cache.match(file)) continue;
    // Asked without any cookie, so that what comes is the same for everybody.
    const ask = file.startsWith("/assets/") ? file : `${file}?kept`;
    const answer = await fetch(ask, { credentials: "omit" });
    if (!answer.ok || answer.redirected) throw new Error(file);
    await cache.put(file, answer);
  }
  await worker.skipWaiting();
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== kept.name && name !== BOX) await caches.delete(name);
  await worker.clients.claim();
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.origin) return;
  if (pathname === kept.leave) {
    event.waitUntil(forget());
    // With a network, the server clears this browser; without, this is all there is to clear.
    if (!navigator.onLine) event.respondWith(Response.redirect(kept.away, 303));
  } else if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => without(pathname)));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(pathname).then((hit) => hit ?? fetch(event.request)));
  }
});

/** @param {string} path */
async function without(path) {
  const cache = await caches.open(kept.name);
  return (await cache.match(path)) ?? (await cache.match(kept.home)) ?? Response.error();
}

async function forget() {
  for (const name of await caches.keys()) await caches.delete(name);
  await worker.registration.unregister();
}

// A reminder arrives empty, and shows one sentence, the same for everything (S16). One at a time: the same tag takes the
// place of the one before. What is pressed leads through a page of our own, so that the sign-in counts (K3).
worker.addEventListener("push", (/** @type {any} */ event) => {
  const icon = kept.files.find((file) => file.endsWith("icon-192.png"));
  const shown = worker.registration.showNotification(kept.title, { body: kept.reminder, tag: "reminder", icon });
  event.waitUntil(shown);
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(kept.front));
});
