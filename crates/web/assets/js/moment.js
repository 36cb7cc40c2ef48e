// One tap: "we did it". Kept without leaving the page; without this script the form is sent as any other.

addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.moment === undefined) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const button = event.submitter;
  button?.setAttribute("aria-disabled", "true");
  /** @param {string | undefined} thanks */
  const done = (thanks) => {
    const said = form.querySelector("[role=status]");
    form.classList.add("done");
    if (said) said.textContent = thanks ?? "";
    button?.remove();
    navigator.vibrate?.(30);
  };
  const field = (/** @type {string} */ name) => form.querySelector(`[name=${name}]`)?.getAttribute("value");
  const press = `${field("id") ?? chance()}.${form.dataset.kind}.${field("day") ?? today()}`;
  try {
    if (form.dataset.kept !== undefined) throw new TypeError("a page without a network");
    // @ts-expect-error: FormData holds no files here (S23)
    const body = new URLSearchParams(new FormData(form, button));
    const headers = { Accept: "text/plain" };
    const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "manual" });
    if (answer.status !== 204) throw answer;
    done(form.dataset.moment);
  } catch (why) {
    // On a device of one's own it may be kept (keep.js).
    const asked = { press, kept: Promise.resolve(false) };
    if (why instanceof TypeError) document.dispatchEvent(new CustomEvent("evening:unsent", { detail: asked }));
    if (await asked.kept.catch(() => false)) done(form.dataset.later);
    else form.submit(); // the plain way shows what is wrong; its id makes a double one moment
  }
});

/** An id as a page would have it. */
const chance = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The day where this phone is. */
function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}
