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
