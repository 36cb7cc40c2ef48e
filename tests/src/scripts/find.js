// Finds things the way a person does: by what is written on or beside them. Run as the body of a function with
// (kind, text, within); answers an element or null.
const [kind, text, within] = arguments;
const clean = (s) => (s || '').replace(/[\u2066-\u2069\u200e\u200f]/g, '').replace(/\s+/g, ' ').trim();
const wanted = clean(text);
const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  && e.getClientRects().length > 0 && e.getBoundingClientRect().width > 1;
const written = (e) => [clean(e.innerText), clean(e.textContent)];
const labelled = (e) => {
  const names = [clean(e.getAttribute('aria-label'))];
  for (const id of (e.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean)) {
    const other = document.getElementById(id);
    if (other) names.push(...written(other));
  }
  return names;
};
const best = (list, names) => {
  const ranked = [];
  for (const e of list) {
    const all = names(e).filter(Boolean);
    if (all.includes(wanted)) ranked.push([0, e]);
    else if (all.some((n) => n.startsWith(wanted))) ranked.push([1, e]);
    else if (all.some((n) => n.includes(wanted))) ranked.push([2, e]);
  }
  ranked.sort((a, b) => a[0] - b[0]);
  return ranked.length ? ranked[0][1] : null;
};

let root = document;
if (within) {
  const near = clean(within);
  const parts = [...document.querySelectorAll('article, section, li, form, fieldset, details, dialog, tr, nav, main, .card')];
  const holding = parts.filter((e) => shown(e) && written(e).some((n) => n.includes(near)));
  if (!holding.length) return null;
  // The smallest: the last in document order among those that hold no other one.
  root = holding.find((e) => !holding.some((o) => o !== e && e.contains(o)));
}
const all = (selector) => [...root.querySelectorAll(selector)];

if (kind === 'button') {
  const buttons = all('button, input[type=submit], input[type=button], [role=button], summary').filter(shown);
  return best(buttons.filter((e) => !e.disabled), (e) => [...labelled(e), ...written(e), clean(e.value)]);
}
if (kind === 'link') {
  return best(all('a[href]').filter(shown), (e) => [...labelled(e), ...written(e)]);
}
if (kind === 'option') {
  return best(all('option'), (e) => [clean(e.label), ...written(e)]);
}
const wantedTypes = kind === 'choice'
  ? 'input[type=radio], input[type=checkbox], [role=radio], [role=checkbox], [role=switch]'
  : 'input:not([type=radio]):not([type=checkbox]):not([type=hidden]):not([type=submit]):not([type=button]), textarea, select, [contenteditable=true]';
const controls = all(wantedTypes).filter((e) => !e.disabled);
const control = best(controls, (e) => [...labelled(e), ...[...(e.labels || [])].flatMap(written)]);
if (!control) return null;
if (kind === 'choice' && !shown(control)) {
  // Drawn by its label; that is what a finger meets.
  return [...(control.labels || [])].find(shown) || null;
}
return kind === 'choice' || shown(control) ? control : null;
