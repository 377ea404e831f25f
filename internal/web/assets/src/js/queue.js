// The counts of views come after the page, so that no list waits for them.
import { whenThere } from "./ground.js";

whenThere("[data-counts]", async (nav) => {
  const answer = await fetch(nav.dataset.counts);
  if (!answer.ok) return;
  const counts = await answer.json();
  for (const el of nav.querySelectorAll("[data-count]")) el.textContent = counts[el.dataset.count] ?? "";
});
