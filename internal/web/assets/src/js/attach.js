// Files: chosen, dragged or pasted, each is sent at once and stands in the list
// with its tick; the form names it when it is sent. Without this script the form
// brings the files itself.
import { whenThere } from "./ground.js";

const words = (text, name) => text.replace("{}", () => name);

function line(list, name) {
  const li = document.createElement("li");
  const what = document.createElement("span");
  what.className = "what";
  const bdi = document.createElement("bdi");
  bdi.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", name);
  what.append(bdi, bar);
  li.append(what);
  list.append(li);
  return { li, bar };
}

function trouble(li, text) {
  li.className = "wrong";
  li.textContent = text;
}

function send(place, file) {
  const { li, bar } = line(place.querySelector(".waiting"), file.name);
  if (file.size > Number(place.dataset.most)) {
    trouble(li, words(place.dataset.wordsLarge, file.name));
    return Promise.resolve();
  }
  return new Promise((done) => {
    const call = new XMLHttpRequest();
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "button small plain";
    stop.textContent = place.dataset.wordsStop;
    stop.addEventListener("click", () => call.abort());
    li.append(stop);
    call.upload.addEventListener("progress", (e) => {
      if (e.lengthComputable) bar.value = e.loaded / e.total;
    });
    call.addEventListener("load", () => {
      const answer = new DOMParser().parseFromString(call.responseText, "text/html").querySelector("li");
      if (!answer) return trouble(li, words(place.dataset.wordsCut, file.name));
      li.replaceWith(document.adoptNode(answer));
      place.dispatchEvent(new Event("input", { bubbles: true })); // the draft names it
    });
    call.addEventListener("error", () => trouble(li, words(place.dataset.wordsCut, file.name)));
    call.addEventListener("abort", () => li.remove());
    call.addEventListener("loadend", done);
    call.open("POST", place.dataset.attach + "?name=" + encodeURIComponent(file.name));
    call.setRequestHeader("Content-Type", "application/octet-stream");
    call.send(file);
  });
}

// One after the other: the limits of all are counted, and a line that is thin
// carries one at a time.
async function take(place, files) {
  place.form.dataset.sending = Number(place.form.dataset.sending ?? 0) + 1;
  for (const file of [...files]) await send(place, file);
  place.form.dataset.sending -= 1;
  if (place.form.dataset.sending === "0") {
    delete place.form.dataset.sending;
    place.form.dispatchEvent(new Event("files-sent"));
  }
}

whenThere("[data-attach]", (place) => {
  if (place.dataset.ready) return;
  place.dataset.ready = "yes";
  const pick = place.querySelector("input[type=file]");
  pick.addEventListener("change", () => {
    const files = [...pick.files];
    pick.value = "";
    take(place, files);
  });
  const form = place.form;
  for (const on of ["dragover", "dragenter"]) {
    form.addEventListener(on, (e) => {
      if (!e.dataTransfer?.types.includes("Files")) return;
      e.preventDefault();
      place.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (e) => {
    if (!form.contains(e.relatedTarget)) place.classList.remove("over");
  });
  form.addEventListener("drop", (e) => {
    place.classList.remove("over");
    if (!e.dataTransfer?.files.length) return;
    e.preventDefault();
    take(place, e.dataTransfer.files);
  });
  form.addEventListener("paste", (e) => {
    if (!e.clipboardData?.files.length) return;
    e.preventDefault();
    take(place, e.clipboardData.files);
  });
  place.addEventListener("click", async (e) => {
    const button = e.target.closest("button[name=drop]");
    if (!button) return;
    e.preventDefault();
    const body = new URLSearchParams({ drop: button.value });
    const r = await fetch(button.getAttribute("formaction"), { method: "POST", body });
    if (!r.ok) return;
    button.closest("li").remove();
    place.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// A form that is sent while files are on their way waits for them.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (!form.dataset.sending) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  const by = e.submitter;
  form.addEventListener("files-sent", () => form.requestSubmit(by), { once: true });
}, true);
