// The drawn body answers to taps: each goes on to the next mark of its place. The list beside it is the form, and works alone.

const figure = /** @type {HTMLElement | null} */ (document.querySelector(".figure.taps"));
const ORDER = ["", "w", "a", "n"];

/** @param {string} place @returns {HTMLInputElement[]} */
const choices = (place) => [...document.querySelectorAll("input[type=radio]")].filter((one) => one instanceof HTMLInputElement && one.name === place);

function draw() {
  for (const area of figure?.querySelectorAll("[data-area]") ?? []) {
    const mark = choices(area.getAttribute("data-area") ?? "").find((one) => one.checked)?.value ?? "";
    area.setAttribute("data-mark", mark);
    for (const sign of area.querySelectorAll(".sign")) sign.setAttribute("d", figure?.getAttribute(`data-${mark || "x"}`) ?? "");
  }
}

figure?.addEventListener("click", (event) => {
  const place = event.target instanceof Element && event.target.closest("[data-area]")?.getAttribute("data-area");
  if (!place) return;
  const all = choices(place);
  const now = all.find((one) => one.checked)?.value ?? "";
  const next = ORDER[(ORDER.indexOf(now) + 1) % ORDER.length];
  const choice = all.find((one) => one.value === next);
  if (!choice) return;
  choice.checked = true;
  draw();
  const said = document.querySelector(".said");
  const name = choice.closest("fieldset")?.querySelector("legend")?.textContent;
  if (said) said.textContent = `${name}: ${choice.labels?.[0]?.textContent?.trim()}`;
});
document.addEventListener("change", draw);
draw();
