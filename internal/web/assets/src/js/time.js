// Relative times are told anew every 20 seconds. The server wrote them in the
// reader's language; the same words come from Intl here. A page of a desk whose
// clock stands still (the demo's) is left as it is.
const html = document.documentElement;
const began = Date.now();
const desk = Number(html.dataset.now);

function now() {
  return html.dataset.clock === "still" ? desk : desk + (Date.now() - began);
}

const steps = [["day", 86400000], ["hour", 3600000], ["minute", 60000]];

function tell(el) {
  const at = Date.parse(el.dateTime);
  const left = at - now();
  const words = new Intl.RelativeTimeFormat(html.lang, { numeric: "always" });
  for (const [unit, size] of steps) {
    if (Math.abs(left) >= size || unit === "minute") {
      el.querySelector("[data-relative]").textContent = words.format(Math.trunc(left / size), unit);
      break;
    }
  }
  el.classList.toggle("late", "due" in el.dataset && left < 0);
}

// Spans in lists: how long is left, or over, or ago, in the words that the list
// brings, in two units as the server writes them.
const sizes = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function span(seconds) {
  const parts = [];
  for (const [unit, size] of sizes) {
    const n = Math.floor(seconds / size);
    seconds %= size;
    if (n > 0) parts.push(new Intl.NumberFormat(html.lang, { style: "unit", unit, unitDisplay: "long" }).format(n));
    if (parts.length === 2 || (parts.length === 1 && n === 0)) break;
  }
  return html.lang === "ja" ? parts.join("").replaceAll(" ", "") : parts.join(" ");
}

function tellSpan(el) {
  const words = el.closest("[data-left]").dataset;
  const left = Math.trunc((Date.parse(el.dateTime) - now()) / 1000);
  const kind = el.dataset.span === "ago" ? "ago" : left < 0 ? "over" : "left";
  if (Math.abs(left) >= 1) el.textContent = words[kind].replace("{}", span(Math.abs(left)));
  if (kind === "over") {
    const row = el.closest(".due-running, .due-warned");
    if (row) row.className = row.className.replace(/due-\w+/, "due-missed");
  }
}

if (desk && html.dataset.clock !== "still") {
  setInterval(() => {
    document.querySelectorAll("time:has([data-relative])").forEach(tell);
    document.querySelectorAll("[data-left] time[data-span]").forEach(tellSpan);
  }, 20000);
}
