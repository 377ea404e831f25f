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

if (desk && html.dataset.clock !== "still") {
  setInterval(() => document.querySelectorAll("time:has([data-relative])").forEach(tell), 20000);
}
