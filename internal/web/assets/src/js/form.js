// Forms: one press sends once, Enter that ends a conversion sends nothing, the
// first field that is wrong has the focus, and what was told goes by itself.
import { whenThere } from "./ground.js";

document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && (e.isComposing || e.keyCode === 229)) e.stopPropagation();
  if ((e.ctrlKey || e.metaKey) && e.key === "Enter" && e.target.form && !e.isComposing) {
    e.preventDefault();
    e.target.form.requestSubmit();
  }
}, true);

document.addEventListener("submit", (e) => {
  if (e.defaultPrevented) return;
  if (e.target.dataset.sent) {
    e.preventDefault();
    return;
  }
  e.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
document.addEventListener("htmx:finally:request", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

whenThere("[data-summary]", (el) => el.focus());

// What was told stands in the address, so that it works without script; it is
// taken out, so that it is not told again when the page is loaded anew.
const url = new URL(location.href);
if (url.searchParams.has("told")) {
  url.searchParams.delete("told");
  history.replaceState(history.state, "", url);
}

whenThere(".toast", (el) => {
  const stays = Number(el.dataset.stays ?? 10) * 1000;
  if (stays > 0) setTimeout(() => el.remove(), stays);
});
