// Who else has a request before them, and whether it has changed since: asked every
// few seconds while the page is looked at.
import { whenThere } from "./ground.js";

const every = 8000;

whenThere("[data-present]", (place) => {
  const tab = crypto.randomUUID?.() ?? String(Math.random());
  const who = place.querySelector(".who");
  const moved = place.querySelector(".moved");
  let writing = false;

  const body = (more) => new URLSearchParams({ tab, ...more });
  document.addEventListener("input", (e) => {
    if (e.target.matches("textarea")) writing = true;
  });

  async function ask() {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.present, { method: "POST", body: body(writing ? { writing: "yes" } : {}) }).catch(() => null);
    writing = false;
    if (!answer?.ok) return;
    const now = await answer.json();
    who.textContent = now.who.join(" · ");
    moved.hidden = now.seq <= Number(place.dataset.seq);
    place.hidden = moved.hidden && now.who.length === 0;
  }

  ask();
  const again = setInterval(ask, every);
  addEventListener("pagehide", () => {
    clearInterval(again);
    navigator.sendBeacon(place.dataset.present, body({ gone: "yes" }));
  });
});
