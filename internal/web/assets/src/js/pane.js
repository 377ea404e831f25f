// The queue beside a request, where the window is wide: the list that one came from,
// read anew and made narrow.
import { whenThere } from "./ground.js";

whenThere("[data-pane]", async (pane) => {
  if (!matchMedia("(min-width: 90rem)").matches) return;
  const from = JSON.parse(sessionStorage.getItem("list") ?? "null")?.url ?? "/";
  const answer = await fetch(from).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = page.querySelector(".rows.queued");
  if (!rows) return;
  for (const x of rows.querySelectorAll(".more > :not(.num), .owner")) x.remove();
  for (const a of rows.querySelectorAll(".title a")) {
    if (a.pathname === location.pathname) {
      a.setAttribute("aria-current", "page");
      a.closest("li").classList.add("here");
    }
  }
  rows.classList.replace("queued", "narrow");
  const all = document.createElement("a");
  all.href = from;
  all.textContent = page.querySelector("h1").textContent;
  const h = document.createElement("h2");
  h.append(all);
  pane.replaceChildren(h, document.adoptNode(rows));
  pane.hidden = false;
  pane.closest(".desk").classList.add("paned");
  pane.querySelector(".here")?.scrollIntoView({ block: "center" });
});
