// Keys and the palette. What there is to do comes from the server as one list, in
// both languages; what can be done here and now is what stands on the page under
// the same name (data-do). Keys do nothing while somebody types, nor while they are
// off (WCAG 2.2, 2.1.4); the palette is always there.
import { whenThere } from "./ground.js";

const dialog = document.querySelector("dialog[data-palette]");
const off = document.documentElement.dataset.keys === "off";
let commands = [];
let before = ""; // the first of two keys
let since = 0;

const place = (name) => document.querySelector(`[data-do="${name}"]`);
const can = (c) => c.path || c.do === "palette" || c.do === "sheet" || (c.do && (place(c.do) || own[c.do]?.()));

function enter(el) {
  const field = el.querySelector("textarea:not([hidden]), select, input:not([type=hidden]):not([type=file])");
  (field ?? el).focus();
}

export function act(name) {
  const el = place(name);
  if (!el) return own[name]?.(true);
  if (el.matches("summary")) {
    el.parentElement.open = true;
    el.scrollIntoView({ block: "nearest" });
    enter(el.parentElement);
  } else if (el.matches("input, textarea")) {
    el.focus();
    el.select?.();
  } else el.click();
}

const line = ".rows:is(.queued, .mails) > li";
const rows = () => [...document.querySelectorAll(line)];
const row = () => document.activeElement?.closest(line);
function step(by) {
  const all = rows();
  const at = all.indexOf(row());
  const li = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  li?.querySelector(".title a").focus();
  li?.scrollIntoView({ block: "nearest" });
}

// What has no element of its own; called without true they tell whether it can be.
const own = {
  down: (go) => (rows().length > 0) && (go ? step(1) : true),
  up: (go) => (rows().length > 0) && (go ? step(-1) : true),
  select: (go) => {
    const box = row()?.querySelector("input[type=checkbox]");
    return box && (go ? box.click() : true);
  },
  palette: (go) => go && open(""),
  sheet: (go) => go && open("?"),
  later: (go) => neighbour(1, go),
  earlier: (go) => neighbour(-1, go),
};

function neighbour(by, go) {
  const list = JSON.parse(sessionStorage.getItem("list") ?? "null")?.paths;
  const at = list?.indexOf(location.pathname) ?? -1;
  const to = at < 0 ? undefined : list[at + by];
  if (to && go) location.href = to;
  return Boolean(to);
}

// The palette. "?" at its beginning shows every key.
let chosen = 0;
const fold = (s) => s.normalize("NFKC").toLowerCase();

function found(query) {
  const sheet = query.startsWith("?");
  const words = fold(sheet ? query.slice(1) : query).split(/\s+/).filter(Boolean);
  const hits = commands.filter((c) => (sheet ? c.key : c.do !== "palette" && can(c)) && words.every((w) => c.find.includes(w)));
  return sheet ? hits : hits.sort((a, b) => Boolean(a.path) - Boolean(b.path)); // what is here before what is elsewhere
}

function draw() {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const hits = found(input.value).slice(0, 60);
  chosen = Math.min(chosen, Math.max(hits.length - 1, 0));
  dialog.querySelector(".none").hidden = hits.length > 0;
  list.replaceChildren(...hits.map((c, i) => {
    const li = document.createElement("li");
    li.role = "option";
    li.id = "pal-" + i;
    li.ariaSelected = String(i === chosen);
    if (!can(c)) li.className = "muted";
    const label = document.createElement("span");
    label.textContent = c.label;
    li.append(label);
    for (const k of c.key ? c.key.split(" ") : []) {
      const kbd = document.createElement("kbd");
      kbd.textContent = k;
      li.append(kbd);
    }
    li.addEventListener("click", () => run(c));
    return li;
  }));
  input.setAttribute("aria-activedescendant", hits.length ? "pal-" + chosen : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  return hits;
}

function run(c) {
  if (!can(c)) return;
  dialog.close();
  if (c.path) location.href = c.path;
  else act(c.do);
}

function open(text) {
  const input = dialog.querySelector("input");
  if (!dialog.open) dialog.showModal();
  input.value = text;
  chosen = 0;
  draw();
  input.focus();
}

if (dialog) {
  whenThere(".works > .drawer[open]", enter);
  fetch(dialog.dataset.palette).then((r) => r.json()).then((list) => {
    commands = list.map((c) => ({ ...c, find: fold(c.find) }));
    document.documentElement.dataset.palette = "ready";
  }).catch(() => {});
  const input = dialog.querySelector("input");
  input.addEventListener("input", () => {
    chosen = 0;
    draw();
  });
  dialog.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    const hits = found(input.value);
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      chosen = Math.max(0, Math.min(hits.length - 1, chosen + (e.key === "ArrowDown" ? 1 : -1)));
      draw();
    } else if (e.key === "Enter" && hits[chosen]) run(hits[chosen]);
    else return;
    e.preventDefault();
  });
  document.querySelector("[data-sheet]")?.addEventListener("click", () => open("?"));
  dialog.addEventListener("click", (e) => e.target === dialog && dialog.close());

  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.defaultPrevented) return;
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "k") {
      e.preventDefault();
      return dialog.open ? dialog.close() : open("");
    }
    if (e.key === "Escape" && e.target.matches?.("main textarea, main input")) return e.target.blur();
    if (off || dialog.open || e.ctrlKey || e.metaKey || e.altKey || e.getModifierState("AltGraph")) return;
    // A palette that was closed just now may still have the focus: nobody types there.
    if (!dialog.contains(e.target) && e.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const pressed = before && Date.now() - since < 1500 ? before + " " + e.key : e.key;
    before = "";
    const c = commands.find((x) => x.key === pressed && can(x)) ?? commands.find((x) => x.key === e.key && can(x));
    if (c) {
      e.preventDefault();
      c.path ? (location.href = c.path) : act(c.do);
    } else if (commands.some((x) => x.key?.startsWith(e.key + " "))) {
      before = e.key;
      since = Date.now();
    }
  });
}

// The list that one comes from, for going on in it and for the pane beside.
if (rows().length) {
  const paths = rows().map((li) => li.querySelector(".title a").pathname);
  sessionStorage.setItem("list", JSON.stringify({ url: location.pathname + location.search, paths }));
}
