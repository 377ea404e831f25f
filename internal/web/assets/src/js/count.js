// Counts of views come after the page, and again when something has changed.
import { whenThere } from "./ground.js";

let from, timer;

async function count() {
  const r = await fetch(from).catch(() => null);
  if (!r?.ok) return;
  const all = await r.json();
  for (const el of document.querySelectorAll("[data-count]")) el.textContent = all[el.dataset.count] ?? "";
}

export function recount() {
  if (from && !timer) timer = setTimeout(() => { timer = 0; count(); }, 3000);
}

whenThere("[data-counts]", (el) => {
  from = el.dataset.counts;
  count();
});
