// What does not fit the screen or a finger, in words.
const wrong = [];
const across = document.documentElement;
if (across.scrollWidth > across.clientWidth + 1) wrong.push(`the page is ${across.scrollWidth} px wide of ${across.clientWidth}`);
for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]')) {
  if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  let box = e.getBoundingClientRect();
  if (box.width < 2 || box.height < 2 || box.right < 0 || box.bottom < 0) continue;
  if (e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.closest('p, li, dd, td, figcaption, small')) continue;
  if (['radio', 'checkbox'].includes(e.type)) for (const label of e.labels || []) {
    const other = label.getBoundingClientRect();
    if (other.height > box.height) box = other;
  }
  if (box.width < 43.5 || box.height < 43.5)
    wrong.push(`${e.tagName.toLowerCase()} '${(e.innerText || e.value || e.name || '').trim().slice(0, 40)}' is ${Math.round(box.width)} by ${Math.round(box.height)} px`);
}
return wrong;
