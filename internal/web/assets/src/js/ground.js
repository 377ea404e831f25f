// whenThere calls fn for each element of a selector, now and when more come.
const watched = [];

export function whenThere(selector, fn) {
  watched.push([selector, fn]);
  for (const el of document.querySelectorAll(selector)) fn(el);
}

export function look(root) {
  for (const [selector, fn] of watched) {
    if (root.matches?.(selector)) fn(root);
    for (const el of root.querySelectorAll?.(selector) ?? []) fn(el);
  }
}

document.documentElement.classList.add("scripted");
document.addEventListener("htmx:after:swap", () => look(document.body));
