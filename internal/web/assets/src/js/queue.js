// The counts of views come after the page, so that no list waits for them.
import { whenThere } from "./ground.js";

whenThere("[data-counts]", async (nav) => {
  const answer = await fetch(nav.dataset.counts);
  if (!answer.ok) return;
  const counts = await answer.json();
  for (const el of nav.querySelectorAll("[data-count]")) el.textContent = counts[el.dataset.count] ?? "";
});

// Each row gets a tick.
whenThere(".rows.queued[data-pick] > li", (li) => {
  if (li.querySelector("input.pick")) return;
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "pick";
  box.name = "n";
  box.value = li.id.slice(1);
  box.setAttribute("form", "bulk");
  box.setAttribute("aria-label", li.parentElement.dataset.pick.replace("{}", li.querySelector(".num").textContent));
  li.prepend(box);
});

// Which rows are chosen is counted, and all of a page are chosen at once.
whenThere("[data-chosen]", (says) => {
  const boxes = () => [...document.querySelectorAll("input.pick")];
  const all = document.querySelector("[data-all]");
  function count() {
    const n = boxes().filter((x) => x.checked).length;
    says.textContent = n ? says.dataset.chosen.replace("{}", n) : "";
    all.checked = n > 0 && n === boxes().length;
    all.indeterminate = n > 0 && !all.checked;
  }
  all.addEventListener("change", () => {
    for (const x of boxes()) x.checked = all.checked;
    count();
  });
  document.addEventListener("change", (e) => e.target.matches("input.pick") && count());
  addEventListener("pageshow", count);
  count();
});
