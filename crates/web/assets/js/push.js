// Reminders on this device: asks the browser for an address at its push service, and gives it to the server as an
// ordinary form. Without this script, or a worker, nothing is offered.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-push]"));

/** @param {string} kind @param {string} which */
function show(kind, which) {
  for (const part of form?.querySelectorAll(`[data-push-${kind}]`) ?? []) {
    const name = part.getAttribute(`data-push-${kind}`);
    part.toggleAttribute("hidden", name !== which);
  }
}

/** @param {string} text base64url */
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** @param {string} endpoint @param {string} on */
function send(endpoint, on) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form?.elements.namedItem(name));
  field("endpoint").value = endpoint;
  field("on").value = on;
  form?.submit();
}

async function ready() {
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const { pushManager } = await navigator.serviceWorker.ready;
  const standing = await pushManager.getSubscription();
  if (Notification.permission === "denied") show("says", "denied");
  else show("says", standing ? "on" : "");
  show("press", standing ? "off" : "on");
  form.addEventListener("click", async (event) => {
    const press = /** @type {HTMLElement} */ (event.target).closest("[data-push-press]");
    if (!press) return;
    press.setAttribute("aria-disabled", "true");
    try {
      if (press.getAttribute("data-push-press") === "off") {
        if (!standing) return;
        await standing.unsubscribe();
        send(standing.endpoint, "");
      } else {
        const applicationServerKey = bytes(form.dataset.push ?? "");
        const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
        send(made.endpoint, "yes");
      }
    } catch {
      press.removeAttribute("aria-disabled");
      show("says", Notification.permission === "denied" ? "denied" : "no");
    }
  });
}

ready().catch(() => {});
