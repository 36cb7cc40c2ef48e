// Leaves at once (S14): blanks the page, then puts the neutral site in its place, so that Back does not show it.

const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-leave]"));
/** Between two presses of Shift, in milliseconds. */
const PATIENCE = 5000;

let presses = 0;
let last = 0;
let alone = false;

function leave() {
  if (!link) return;
  const { href } = link;
  const away = link.dataset.leaveTo;
  document.title = "";
  document.documentElement.replaceChildren();
  location.replace(href);
  // Should our server be slow to answer, do not wait for it.
  if (away) setTimeout(() => location.replace(away), 2500);
}

addEventListener("click", (event) => {
  const at = event.target instanceof Element && event.target.closest("a[data-leave]");
  if (!at) return;
  event.preventDefault();
  leave();
}, true);

addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    alone = false;
    presses = 0;
  } else if (!event.repeat) {
    alone = !event.ctrlKey && !event.altKey && !event.metaKey;
  }
}, true);

// Counted on release: only then is it known that Shift was pressed by itself.
addEventListener("keyup", (event) => {
  if (event.key !== "Shift" || !alone) return;
  alone = false;
  presses = event.timeStamp - last <= PATIENCE ? presses + 1 : 1;
  last = event.timeStamp;
  if (presses === 3) leave();
}, true);

// A page that the browser kept for Back is asked for again: it may not be ours to show any more.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
