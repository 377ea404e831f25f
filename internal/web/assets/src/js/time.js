// Relative times are told anew every 20 seconds. The server wrote them in the
// reader's language; the same words come from Intl here. A page of a desk whose
// clock stands still (the demo's) is left as it is.
const html = document.documentElement;
const began = Date.now();
const desk = Number(html.dataset.now);

function now() {
  return html.dataset.clock === "still" ? desk : desk + (Date.now() - began);
}

// How long it is, in its two largest units, as the server writes it.
const unit = (n, name) => new Intl.NumberFormat(html.lang, { style: "unit", unit: name, unitDisplay: "long" }).format(n);
const all = [["day", 86400000], ["hour", 3600000], ["minute", 60000], ["second", 1000]];
function span(ms) {
  const at = all.findIndex(([, size]) => ms >= size);
  if (at < 0) return unit(0, "second");
  const [name, size] = all[at];
  const first = unit(Math.floor(ms / size), name);
  const next = all[at + 1];
  const rest = next && name !== "minute" ? Math.floor((ms % size) / next[1]) : 0;
  return rest ? first + (html.lang === "ja" ? "" : " ") + unit(rest, next[0]) : first;
}

function tell(el) {
  const list = el.closest("[data-left]");
  const left = Date.parse(el.dateTime) - now();
  const due = el.closest(".due, .clock");
  const words = due ? (left < 0 ? "over" : "left") : "ago";
  el.textContent = list.dataset[words].replace("{}", span(Math.abs(left)));
}

if (desk && html.dataset.clock !== "still") {
  setInterval(() => document.querySelectorAll("[data-left] time").forEach(tell), 20000);
}
