// Passkeys: between the press and the sending of a form the browser makes or shows
// one. What it answers goes with the form; what stops it is said beside the button.
import { whenThere } from "./ground.js";

async function answer(form) {
  const asked = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams() });
  const options = await asked.json();
  if (options.to) location.assign(options.to);
  if (!asked.ok) throw new Error(options.trouble);
  const made = "user" in options;
  const publicKey = made ? PublicKeyCredential.parseCreationOptionsFromJSON(options) : PublicKeyCredential.parseRequestOptionsFromJSON(options);
  try {
    const key = await (made ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    return JSON.stringify(key.toJSON());
  } catch (e) {
    throw new Error(e.name === "InvalidStateError" ? form.dataset.wordsKnown : form.dataset.wordsStopped);
  }
}

whenThere("form[data-passkey]", (form) => {
  const says = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  const say = (text) => {
    says.textContent = text;
    says.hidden = !text;
  };
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return say(form.dataset.wordsNone);
  button.disabled = false;
  form.addEventListener("submit", async (e) => {
    if (form.elements.answer.value) return;
    e.preventDefault();
    button.disabled = true;
    say("");
    try {
      form.elements.answer.value = await answer(form);
      form.requestSubmit();
    } catch (e) {
      say(e.message);
    }
    button.disabled = false;
  });
  addEventListener("pageshow", () => (form.elements.answer.value = ""));
});
