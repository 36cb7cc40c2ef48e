// Soft bells, made here: one to begin, two to change turns, three to close. Vibration beside them.

/** @type {AudioContext | undefined} */
let audio;
const STROKES = /** @type {Record<string, number>} */ ({ begin: 1, turn: 2, close: 3 });
/** Overtones of a small bowl: times the ground tone, loudness, seconds until gone. */
const TONES = [[1, 0.5, 3.2], [2.71, 0.22, 1.9], [5.15, 0.09, 0.9], [0.5, 0.12, 2.4]];
const GROUND = 392;
const APART = 1.1;

// Browsers let a page sound only after a touch.
function wake() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}
for (const touch of ["pointerup", "keydown"]) addEventListener(touch, wake, { capture: true, passive: true });

/** @param {string} name */
async function ring(name) {
  const strokes = STROKES[name] ?? 1;
  // A page that nobody has touched may not shake the phone.
  if (navigator.userActivation?.hasBeenActive === false) return;
  navigator.vibrate?.(Array.from({ length: strokes * 2 - 1 }, (_, i) => (i % 2 ? 380 : 140)));
  const volume = Number(document.querySelector("[data-volume]")?.getAttribute("data-volume") ?? document.querySelector("[name=sound]:checked")?.getAttribute("value") ?? 60) / 100;
  if (!audio || !volume) return;
  // A phone that slept has put it to rest: late is better than not at all.
  if (audio.state !== "running") await audio.resume().catch(() => {});
  const out = new GainNode(audio, { gain: volume * 0.5 });
  out.connect(audio.destination);
  for (let stroke = 0; stroke < strokes; stroke++) {
    const at = audio.currentTime + 0.05 + stroke * APART;
    for (const [times, loud, gone] of TONES) {
      const tone = new OscillatorNode(audio, { frequency: GROUND * times });
      const fade = new GainNode(audio, { gain: 0 });
      fade.gain.setValueAtTime(0, at);
      fade.gain.linearRampToValueAtTime(loud, at + 0.012);
      fade.gain.exponentialRampToValueAtTime(0.0001, at + gone);
      tone.connect(fade).connect(out);
      tone.start(at);
      tone.stop(at + gone);
    }
  }
}

document.addEventListener("evening:chime", (event) => ring(/** @type {CustomEvent} */ (event).detail));
// "Try the sound", in settings.
for (const button of document.querySelectorAll("[data-try-chime]")) button.removeAttribute("hidden");
addEventListener("click", (event) => {
  const at = event.target instanceof Element && event.target.closest("[data-try-chime]");
  if (!at) return;
  wake();
  ring(at.getAttribute("data-try-chime") ?? "begin");
});
