// Small comforts: show a passphrase, grow a text, copy, share, print. Each is hidden until this runs.

const GROWS = CSS.supports("field-sizing", "content");

/** @param {ParentNode} root */
function ready(root) {
  for (const button of root.querySelectorAll("[data-reveal], [data-copy], [data-print]")) unhide(button);
  if ("share" in navigator) for (const button of root.querySelectorAll("[data-share]")) unhide(button);
  if (!GROWS) for (const area of root.querySelectorAll("textarea[data-grow]")) grow(area);
  /** @type {HTMLElement | null} */ (root.querySelector("[data-focus]"))?.focus();
}

// Where someone is, so that times are theirs; a form without it takes the host's zone.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
for (const zone of document.querySelectorAll("input[data-zone]")) {
  if (zone instanceof HTMLInputElement && !zone.value) zone.value = timeZone;
}

/** @param {Element} element */
const unhide = (element) => element.removeAttribute("hidden");

/** @param {EventTarget | null} area */
function grow(area) {
  if (!(area instanceof HTMLTextAreaElement)) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

/** @param {string | undefined} id */
const field = (id) => /** @type {HTMLInputElement | null} */ (document.getElementById(id ?? ""));

/** @param {HTMLElement} button */
function reveal(button) {
  const input = field(button.dataset.reveal);
  if (!input) return;
  const other = button.dataset.hide ?? "";
  button.dataset.hide = button.textContent ?? "";
  button.textContent = other;
  input.type = input.type === "password" ? "text" : "password";
}

/** @param {HTMLElement} button */
async function copy(button) {
  const input = field(button.dataset.copy);
  if (!input) return;
  try {
    await navigator.clipboard.writeText(input.value);
    const said = button.closest(".field")?.querySelector("[role=status]");
    if (said) said.textContent = button.dataset.done ?? "";
  } catch {
    input.focus();
    input.select();
  }
}

addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  const button = /** @type {HTMLElement | null | undefined} */ (at?.closest("button[type=button]"));
  if (at instanceof HTMLInputElement && "select" in at.dataset) at.select();
  if (!button) return;
  if ("reveal" in button.dataset) reveal(button);
  if ("copy" in button.dataset) copy(button);
  if ("print" in button.dataset) print();
  if ("share" in button.dataset) navigator.share({ url: field(button.dataset.share)?.value }).catch(() => {});
});
// A passphrase goes back to dots before it is sent, so that no browser keeps it among words typed.
addEventListener("submit", () => {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const input = field(button.getAttribute("data-reveal") ?? "");
    if (input) input.type = "password";
  }
});
if (!GROWS) addEventListener("input", (event) => grow(event.target));
document.addEventListener("evening:swapped", () => ready(document));
ready(document);
