// One tap: "we did it". Kept without leaving the page; without this script the form is sent as any other.

addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.moment === undefined) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const button = event.submitter;
  button?.setAttribute("aria-disabled", "true");
  try {
    // @ts-expect-error: FormData holds no files here (S23)
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok) throw answer;
    const thanks = form.querySelector("[role=status]");
    form.classList.add("done");
    if (thanks) thanks.textContent = form.dataset.moment ?? "";
    button?.remove();
    navigator.vibrate?.(30);
  } catch {
    // The plain way shows what is wrong. Its id makes a double one moment.
    form.submit();
  }
});
