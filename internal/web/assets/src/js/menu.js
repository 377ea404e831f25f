import { whenThere } from "./ground.js";

// On a phone a row of places is wider than the screen: where its reader is comes
// into view.
const narrow = matchMedia("(max-width: 48rem)");
function reveal(here) {
  if (!narrow.matches) return;
  const nav = here.parentElement, row = nav.getBoundingClientRect(), at = here.getBoundingClientRect();
  nav.scrollLeft += at.left + at.width / 2 - row.left - row.width / 2;
}
const places = "nav > [aria-current]";
whenThere(places, reveal);
narrow.addEventListener("change", () => document.querySelectorAll(places).forEach(reveal));

// Menus are details: one is open at a time, and Escape or a press elsewhere
// closes it.
function close(but) {
  for (const m of document.querySelectorAll("details.menu[open]")) {
    if (m !== but) m.open = false;
  }
}

document.addEventListener("toggle", (e) => {
  if (e.target.matches?.("details.menu") && e.target.open) close(e.target);
}, true);
document.addEventListener("click", (e) => close(e.target.closest?.("details.menu")));
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
// One that lies over what the keyboard comes to closes, so that the focus is to be seen.
document.addEventListener("focusin", (e) => {
  const at = e.target.getBoundingClientRect();
  for (const m of document.querySelectorAll("details.menu[open]")) {
    const over = m.lastElementChild.getBoundingClientRect();
    if (!m.contains(e.target) && at.left < over.right && at.right > over.left && at.top < over.bottom && at.bottom > over.top) m.open = false;
  }
});
