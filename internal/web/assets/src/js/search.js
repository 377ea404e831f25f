// The box of every page suggests while somebody types: arrows choose, Enter goes
// there, Escape shuts the list and leaves the words. Enter with nothing chosen
// searches as it does without script.
import { whenThere } from "./ground.js";

const pause = 200; // ms after the last key
const known = new WeakSet(); // what is swapped in has everything looked at again

whenThere("form[data-suggest]", (form) => {
  if (known.has(form)) return;
  known.add(form);
  const input = form.elements.q;
  const list = form.querySelector("[role=listbox]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  let timer, asking, at = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  const show = (on) => {
    list.hidden = !on;
    at = -1;
    input.setAttribute("aria-expanded", String(on));
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => {
    const all = options();
    at = n >= all.length ? -1 : n < -1 ? all.length - 1 : n; // before the first is the box itself
    all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    }
  };
  const ask = async () => {
    const words = input.value.trim();
    asking?.abort();
    if ([...words].length < 2) return show(false);
    asking = new AbortController();
    try {
      const r = await fetch(form.dataset.suggest + "?" + new URLSearchParams({ q: words }), { signal: asking.signal, redirect: "error" });
      if (!r.ok || input.value.trim() !== words || document.activeElement !== input) return;
      list.innerHTML = await r.text();
      show(list.childElementCount > 0);
    } catch { // another key came first, or the desk is away: the box still searches
    }
  };
  const later = (e) => {
    if (e.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  };

  show(false);
  input.addEventListener("input", later);
  input.addEventListener("compositionend", later);
  input.addEventListener("keydown", (e) => {
    if (e.isComposing || list.hidden) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      choose(at + (e.key === "ArrowDown" ? 1 : -1));
    } else if (e.key === "Escape") {
      e.preventDefault();
      show(false);
    }
  });
  form.addEventListener("submit", (e) => {
    const to = at >= 0 && options()[at]?.dataset.to;
    if (!to) return;
    e.preventDefault();
    location.href = to;
  });
  input.addEventListener("blur", () => show(false));
  list.addEventListener("pointerdown", (e) => e.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (e) => {
    const to = e.target.closest("[role=option]")?.dataset.to;
    if (to) location.href = to;
  });
});
