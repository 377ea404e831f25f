// Drafts: what is typed into a form with data-draft is kept by the server two
// seconds at most after it was typed, and when the page is left. What cannot be
// sent waits in this browser until it can be.
import { whenThere } from "./ground.js";

const after = 1000;

function fields(form) {
  const data = new URLSearchParams();
  data.set("about", form.dataset.draft);
  for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
  return data;
}

async function keep(form) {
  const body = fields(form);
  try {
    const r = await fetch("/drafts", { method: "POST", body });
    form.dataset.kept = r.ok ? "yes" : "no";
  } catch {
    form.dataset.kept = "no";
  }
  if (form.dataset.kept === "yes") localStorage.removeItem("draft " + form.dataset.draft);
  else localStorage.setItem("draft " + form.dataset.draft, body.toString());
}

function restore(form) {
  const kept = localStorage.getItem("draft " + form.dataset.draft);
  if (!kept) return;
  for (const [name, value] of new URLSearchParams(kept)) {
    const el = form.elements.namedItem(name);
    if (el && "value" in el && /^(text|textarea|select-one)$/.test(el.type)) el.value = value;
  }
  keep(form);
}

whenThere("form[data-draft]", (form) => {
  restore(form);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), after);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("pagehide", () => {
    if (timer && !form.dataset.sent) navigator.sendBeacon("/drafts", fields(form));
  });
});
addEventListener("online", () => document.querySelectorAll("form[data-draft][data-kept=no]").forEach(keep));
