// Counts down what the server said is left. The server keeps the time; this only shows it.

/** @type {HTMLElement | null} */
let ring = null;
let ends = 0;
let wall = 0;
let rang = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;

function arm() {
  clearTimeout(next);
  ring = document.querySelector("[data-remaining]");
  if (!ring) return;
  const left = Number(ring.dataset.remaining);
  ends = performance.now() + left;
  wall = Date.now() + left;
  rang = left <= 0;
  if (rang) tell();
  breathe(Number(ring.dataset.total) - left);
  tick();
}

function tick() {
  if (!ring?.isConnected) return;
  const running = "running" in ring.dataset;
  // A sleeping phone stops the first clock, someone setting the time moves the second: trust the later one.
  const left = running
    ? Math.max(0, Math.min(ends - performance.now(), wall - Date.now()))
    : Number(ring.dataset.remaining);
  show(left);
  if (!running) return;
  if (left > 0) next = setTimeout(tick, (left % 1000) + 20);
  else if (!rang) end();
}

/** The glow breathes at the pace of the step, at the same place of a breath on both phones; not where motion is unwelcome.
 * @param {number} gone in milliseconds */
function breathe(gone) {
  const { in: rise, hold, out } = ring?.dataset ?? {};
  const glow = ring?.querySelector(".breath");
  if (!glow || !rise || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const low = { transform: "scale(.86)", opacity: 0.55, easing: "ease-in-out" };
  const high = { transform: "none", opacity: 1, easing: "ease-in-out" };
  const [up, stays, whole] = [Number(rise), Number(hold), Number(rise) + Number(hold) + Number(out)];
  const frames = [low, { ...high, offset: up / whole }, { ...high, offset: (up + stays) / whole }, low];
  glow.animate(frames, { duration: whole * 1000, iterations: Infinity }).currentTime = gone;
}

/** @param {number} left in milliseconds */
function show(left) {
  const total = Number(ring?.dataset.total) || 1;
  const seconds = Math.ceil(left / 1000);
  const figures = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const clock = ring?.querySelector(".clock");
  if (clock && clock.textContent !== figures) {
    clock.replaceChildren(
      ...[...figures].map((figure) => {
        const b = document.createElement("b");
        b.textContent = figure;
        return b;
      }),
    );
  }
  ring?.querySelector(".left")?.setAttribute("stroke-dashoffset", String(1000 - (1000 * left) / total));
}

/** Says that the time is over, and goes on saying it when the ring comes anew from the server. */
function tell() {
  const spoken = ring?.querySelector("[role=status]");
  if (spoken && ring?.dataset.end) spoken.textContent = ring.dataset.end;
}

function end() {
  rang = true;
  const { chimeEnd, press } = ring?.dataset ?? {};
  if (chimeEnd) document.dispatchEvent(new CustomEvent("evening:chime", { detail: chimeEnd }));
  tell();
  const pressed = press ? document.getElementById(press) : null;
  if (pressed instanceof HTMLFormElement) pressed.requestSubmit();
  else pressed?.click();
  document.dispatchEvent(new CustomEvent("evening:resync"));
}

// A timer that waits until somebody starts it.
addEventListener("click", (event) => {
  const at = event.target instanceof Element && event.target.closest("[data-start]");
  if (!at || !ring) return;
  ring.dataset.running = "";
  ring.classList.remove("still");
  at.remove();
  arm();
});
for (const button of document.querySelectorAll("[data-start]")) button.removeAttribute("hidden");

document.addEventListener("evening:swapped", arm);
document.addEventListener("visibilitychange", () => {
  clearTimeout(next);
  tick();
});
arm();
