// On a device that is one's own: puts the worker there, and sends what could not be sent before.
import { send } from "./later.js";

const worker = document.body.dataset.worker;

if (worker && "serviceWorker" in navigator) {
  // A browser takes a worker's address from no plain text where Trusted Types are required; this policy makes that one.
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const policy = types?.createPolicy("worker", { createScriptURL: () => worker });
  navigator.serviceWorker.register(policy?.createScriptURL("") ?? worker).catch(() => {});
}

send();
addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") send();
});
