// Pages that stay open: a stream tells that something is new, and the parts of the
// page that changed are taken from the page read again. What somebody types in, or
// has opened, is left alone. A page that nobody looks at follows nothing.
import { whenThere, look } from "./ground.js";

const renew = 10000; // how often it is said that somebody is there
const here = () => location.href.split("#")[0];
const busy = (el) => el.contains(document.activeElement) || el.querySelector("details[open] form");

export async function again() {
  const answer = await fetch(here(), { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  let all = true;
  for (const el of document.querySelectorAll("[data-live]")) {
    const now = page.getElementById(el.id);
    if (!now || now.innerHTML === el.innerHTML) continue;
    if (busy(el)) {
      all = false;
      continue;
    }
    const had = new Set([...el.querySelectorAll("[id]")].map((x) => x.id));
    const put = document.adoptNode(now);
    for (const x of put.querySelectorAll(".entry[id]")) if (!had.has(x.id)) x.classList.add("fresh");
    el.replaceWith(put);
    look(put);
  }
  return { page, all };
}

export const say = (text) => {
  const place = document.querySelector(".told");
  if (!place || !text) return;
  const p = document.createElement("p");
  p.className = "toast";
  p.textContent = text;
  place.replaceChildren(p);
  look(place);
};

function follow(path, on) {
  let stream;
  const open = () => {
    if (document.hidden || stream) return;
    stream = new EventSource(path());
    for (const name in on) stream.addEventListener(name, (e) => on[name](JSON.parse(e.data)));
  };
  const close = () => {
    stream?.close();
    stream = undefined;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

// The page of a request.
whenThere("[data-follow]", (place) => {
  let seq = Number(place.dataset.seq);
  const who = place.querySelector(".who");
  const moved = place.querySelector(".moved");
  const show = () => (place.hidden = moved.hidden && !who?.textContent);
  const writes = () => [...document.querySelectorAll("form textarea")].some((x) => x.value.trim() !== x.defaultValue.trim() || x === document.activeElement);
  follow(() => place.dataset.follow + "?seq=" + seq, {
    async moved(m) {
      seq = m.seq;
      const wrote = writes();
      if (!new URLSearchParams(location.search).has("before")) {
        const got = await again();
        // Whoever writes sends on what they saw when they began, and is stopped.
        if (got && !wrote) {
          for (const name of ["seen", "once"]) {
            const now = got.page.querySelector(`input[name=${name}]`)?.value;
            if (now) document.querySelectorAll(`main input[name=${name}]`).forEach((x) => (x.value = now));
          }
        }
      }
      say(m.says);
      moved.hidden = !wrote || !m.says;
      show();
    },
    present(p) {
      if (who) who.textContent = p.who?.join(" · ") ?? "";
      show();
    },
  });
  if (!place.dataset.present) return;
  const tab = crypto.randomUUID?.() ?? String(Math.random());
  let writing = false;
  let wrote = false; // it is said at once when somebody begins, and then now and then
  let told = 0;
  const body = (more) => new URLSearchParams({ tab, ...more });
  const tell = () => {
    if (document.hidden) return;
    told = Date.now();
    wrote = writing;
    fetch(place.dataset.present, { method: "POST", body: body(writing ? { writing: "yes" } : {}) }).catch(() => {});
    writing = false;
  };
  document.addEventListener("input", (e) => {
    if (!e.target.matches("textarea")) return;
    if (!writing) setTimeout(tell, Math.max(0, told + (wrote ? renew : 500) - Date.now()));
    writing = wrote = true;
  });
  tell();
  setInterval(tell, renew);
  document.addEventListener("visibilitychange", tell);
  addEventListener("pagehide", () => navigator.sendBeacon(place.dataset.present, body({ gone: "yes" })));
});

// A list: rows that are shown change where they stand; where others would come or
// move, the list says so, and changes when its reader wants it.
whenThere("[data-follow-list]", (place) => {
  const order = (root) => [...root.querySelectorAll(".rows.queued > li")].map((x) => x.id).join();
  const button = place.querySelector("button");
  let got;
  let waits;
  async function read() {
    waits = undefined;
    const answer = await fetch(here()).catch(() => null);
    if (!answer?.ok) return;
    got = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = order(got) === order(document);
    for (const li of document.querySelectorAll(".rows.queued > li")) {
      const now = got.getElementById(li.id);
      if (!now || now.dataset.key === li.dataset.key || li.contains(document.activeElement)) continue;
      const put = document.importNode(now, true);
      put.classList.add("fresh");
      const chosen = li.querySelector("input.pick")?.checked;
      li.replaceWith(put);
      look(put);
      if (chosen) put.querySelector("input.pick").checked = true;
    }
    place.hidden = same;
  }
  follow(() => place.dataset.followList, {
    moved() {
      waits ??= setTimeout(read, 300);
    },
  });
  button.addEventListener("click", () => location.reload());
});
