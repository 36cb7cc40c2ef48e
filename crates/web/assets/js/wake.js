// Keeps the screen on while a session asks for it.

/** @type {WakeLockSentinel | null} */
let lock = null;

async function keep() {
  const wanted = document.querySelector("[data-wake]") && document.visibilityState === "visible";
  if (wanted && (!lock || lock.released)) {
    // Refused when the battery is low: then the screen may sleep, and the page catches up.
    lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  } else if (!wanted && lock) {
    lock.release();
    lock = null;
  }
}

document.addEventListener("visibilitychange", keep);
document.addEventListener("evening:swapped", keep);
keep();
