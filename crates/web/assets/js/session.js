// Keeps this phone at the same step as the other one. Nothing typed or pressed is lost when the network is.
//
// Fragments are fetched as documents (XMLHttpRequest, responseType "document"): no string ever becomes markup here,
// so Trusted Types have nothing to allow.

/** @typedef {{ url: string, body: string }} Press */

/** @type {Press[]} */
const queue = [];
let sending = false;
let asking = false;
let again = false;
/** @type {EventSource | null} */
let stream = null;
let wait = 1000;
/** How the step looked when it came from the server. */
let seen = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retry;

const session = () => /** @type {HTMLElement | null} */ (document.getElementById("session"));

/** @param {string} name @param {unknown} [detail] */
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`evening:${name}`, { detail }));

/** @param {string} method @param {string} url @param {string} [body] @returns {Promise<XMLHttpRequest>} */
function ask(method, url, body) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "document";
    request.timeout = 15000;
    request.setRequestHeader("Accept", "text/html");
    if (body !== undefined) request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onload = () => (request.status >= 500 ? failed(request) : done(request));
    request.onerror = request.ontimeout = () => failed(request);
    request.send(body);
  });
}

/** @param {boolean} lost */
function connection(lost) {
  const line = /** @type {HTMLElement | null} */ (document.querySelector(".connection"));
  const text = lost ? (line?.dataset.text ?? "") : "";
  if (line && line.textContent !== text) line.textContent = text;
}

/** Shows what came back. @param {XMLHttpRequest} request */
function show(request) {
  const now = session();
  const next = /** @type {Document | null} */ (request.response)?.getElementById("session");
  if (!now) return;
  if (!next) {
    // The session is over, or the sign-in is: go where the server pointed.
    location.replace(request.responseURL.split("#")[0]);
    return;
  }
  const moved = now.dataset.step !== next.dataset.step;
  const looks = withoutRing(next);
  if (!moved && looks === seen && !document.querySelector("[aria-busy]")) {
    // Only time has passed: leave everything in place, for whoever listens to the page or types.
    const [from, to] = [next.querySelector(".ring"), now.querySelector(".ring")];
    if (from && to) to.replaceWith(document.adoptNode(from));
    tell("swapped");
    return;
  }
  seen = looks;
  /** @type {Map<string, string>} */
  const typed = new Map();
  for (const field of fields(now)) if (field.value !== field.defaultValue) typed.set(which(field), field.value);
  const ticked = [...now.querySelectorAll("input:checked")].map((box) => box.id);
  const open = [...now.querySelectorAll("details")].map((more) => more.open);
  const focus = now.contains(document.activeElement) ? document.activeElement?.id : "";
  const at = document.activeElement instanceof HTMLTextAreaElement ? document.activeElement.selectionStart : null;

  now.replaceWith(document.adoptNode(next));
  for (const field of fields(next)) {
    const text = typed.get(which(field));
    if (text !== undefined) field.value = text;
  }
  if (!moved) {
    for (const [at, more] of next.querySelectorAll("details").entries()) more.open ||= open[at] ?? false;
    for (const id of ticked) {
      const box = document.getElementById(id);
      if (box instanceof HTMLInputElement) box.checked = true;
    }
  }
  const back = focus ? document.getElementById(focus) : null;
  if (back && !moved) {
    back.focus();
    if (at !== null && back instanceof HTMLTextAreaElement) back.setSelectionRange(at, at);
  } else if (moved) {
    /** @type {HTMLElement | null} */ (next.querySelector("[data-focus], h1"))?.focus();
    scrollTo(0, 0);
    if (next.dataset.chime) tell("chime", next.dataset.chime);
  }
  if (!next.dataset.live) stream?.close();
  tell("swapped");
}

/** The same field of another step asks something else: then what was typed stays out of it.
 * @param {HTMLTextAreaElement | HTMLInputElement} field */
const which = (field) => `${field.id} ${field.labels?.[0]?.textContent ?? ""}`;

/** @param {HTMLElement} root */
function withoutRing(root) {
  const copy = /** @type {HTMLElement} */ (root.cloneNode(true));
  copy.querySelector(".ring")?.remove();
  return copy.innerHTML;
}

/** @param {Element} root */
const fields = (root) =>
  /** @type {NodeListOf<HTMLTextAreaElement | HTMLInputElement>} */ (
    root.querySelectorAll("textarea[id], input[id]:not([type=hidden], [type=radio], [type=checkbox])")
  );

/** Fetches this step as it is now. */
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  const url = session()?.dataset.fragment;
  if (!url) return;
  asking = true;
  try {
    show(await ask("GET", url));
    connection(false);
  } catch {
    connection(true);
    later();
  }
  asking = false;
  if (again) {
    again = false;
    refresh();
  }
}

/** Sends what was pressed, in order. Each press carries its step, so the server takes it once at most. */
async function send() {
  if (sending) return;
  sending = true;
  while (queue.length) {
    const press = queue[0];
    try {
      const answer = await ask("POST", press.url, press.body);
      queue.shift();
      connection(false);
      if (queue.length) continue;
      if (answer.response?.getElementById("session") || !session()?.dataset.fragment) show(answer);
      else if (answer.status < 400 && answer.responseURL !== press.url) show(answer);
      else refresh();
    } catch {
      connection(true);
      later();
      break;
    }
  }
  sending = false;
}

function later() {
  clearTimeout(retry);
  retry = setTimeout(resume, wait + Math.random() * 500);
  wait = Math.min(wait * 2, 20000);
}

function resume() {
  clearTimeout(retry);
  if (queue.length) send();
  else refresh();
  if (!stream || stream.readyState === EventSource.CLOSED) listen();
}

function listen() {
  stream?.close();
  stream = null;
  const url = session()?.dataset.live;
  if (!url) return;
  let first = true;
  stream = new EventSource(url);
  stream.onopen = () => {
    wait = 1000;
    connection(false);
    if (!first || queue.length) resume();
    first = false;
  };
  stream.onmessage = refresh;
  stream.addEventListener("changed", refresh);
  stream.onerror = () => {
    connection(true);
    if (stream?.readyState === EventSource.CLOSED) later();
  };
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("liveForm" in form.dataset)) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const by = event.submitter;
  by?.setAttribute("aria-disabled", "true");
  // @ts-expect-error: FormData holds no files here (S23)
  const body = new URLSearchParams(new FormData(form, by)).toString();
  // What is on its way is no longer a draft: the next step's field of this name starts empty.
  for (const field of fields(form)) field.defaultValue = field.value;
  queue.push({ url: form.action, body });
  tell("pressed");
  send();
});

addEventListener("online", resume);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") resume();
});
document.addEventListener("evening:resync", refresh);
addEventListener("pagehide", () => stream?.close());
listen();
