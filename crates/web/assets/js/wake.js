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

// A dim screen, for a phone that lies beside two people. The first touch or key only wakes it; so does a bell.
const dim = document.documentElement;
const bright = () => dim.classList.remove("dim");
const ready = () => document.querySelector("[data-dim]")?.removeAttribute("hidden");
addEventListener("click", (event) => {
  if (dim.classList.contains("dim")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    bright();
  } else if (event.target instanceof Element && event.target.closest("[data-dim]")) dim.classList.add("dim");
}, true);
addEventListener("keydown", bright, true);
document.addEventListener("evening:chime", bright);
document.addEventListener("evening:swapped", ready);
ready();
