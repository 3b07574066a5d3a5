// Keeps what a learner writes under a reflection prompt, as they write it, and says whether it
// is kept. Without this script the form has a button that does the same.

const PAUSE = 1200; // after the last key, before it is sent
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;

class Reflection {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.status = form.querySelector("[data-save-state]");
    this.saved = this.text.value;
    this.sending = false;
    this.waits = FIRST_RETRY;
    this.timer = 0;

    this.text.addEventListener("input", () => {
      if (!this.isUnsaved()) return;
      if (this.status.dataset.state === "saved") this.say("", "");
      this.later(PAUSE);
    });
    this.text.addEventListener("change", () => this.save());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.clash = false;
      this.save({ always: true });
    });
  }

  isUnsaved() {
    return this.text.value !== this.saved;
  }

  say(state, words) {
    this.status.dataset.state = state;
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  again() {
    this.later(this.waits);
    this.waits = Math.min(this.waits * 2, LAST_RETRY);
  }

  async save({ always = false, leaving = false } = {}) {
    clearTimeout(this.timer);
    // Two versions stand side by side: only the learner says which one stays.
    if (this.sending || this.clash) return;
    if (!always && !this.isUnsaved()) return;
    this.sending = true;
    const sent = this.text.value;
    const slow = setTimeout(() => this.say("saving", this.form.dataset.saving), 500);
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving && sent.length < 15000,
      });
      clearTimeout(slow);
      await this.heard(response, sent);
    } catch {
      clearTimeout(slow);
      this.say("unsaved", this.form.dataset.unsaved);
      this.again();
    } finally {
      this.sending = false;
    }
    if (this.status.dataset.state === "saved" && this.isUnsaved()) this.later(PAUSE);
  }

  async heard(response, sent) {
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    if (response.ok && isJson) {
      const reply = await response.json();
      this.form.elements.number.value = reply.number;
      this.saved = sent;
      this.waits = FIRST_RETRY;
      this.form.querySelector(".reflection__newer")?.remove();
      this.say("saved", this.form.dataset.saved);
    } else if (response.status === 409 && isJson) {
      this.showNewer(await response.json());
    } else if (response.status === 422 && isJson) {
      this.say("unsaved", (await response.json()).message);
    } else if (response.type === "opaqueredirect" || [401, 403].includes(response.status)) {
      // Signed out, or signed in anew elsewhere: a fresh page brings a fresh key.
      const fresh = await this.renewed();
      this.say("unsaved", fresh ? this.form.dataset.unsaved : this.form.dataset.signedOut);
      if (fresh) this.waits = FIRST_RETRY;
      this.again();
    } else {
      this.say("unsaved", this.form.dataset.unsaved);
      this.again();
    }
  }

  // Take the form's key from the page as it is now. False when we are signed out.
  async renewed() {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const section = this.form.closest("[data-block]");
    const key = page.querySelector(`#${CSS.escape(section.id)} [name=csrfmiddlewaretoken]`);
    if (!key) return false;
    this.form.elements.csrfmiddlewaretoken.value = key.value;
    return true;
  }

  showNewer(reply) {
    this.clash = true;
    this.form.elements.number.value = reply.number;
    this.form.querySelector(".reflection__newer")?.remove();
    const newer = document.createElement("div");
    newer.className = "reflection__newer";
    const title = document.createElement("p");
    title.className = "eyebrow";
    title.textContent = this.form.dataset.newer;
    const words = document.createElement("p");
    words.textContent = reply.text;
    newer.append(title, words);
    this.form.append(newer);
    this.say("unsaved", this.form.dataset.changed);
  }
}

const reflections = [...document.querySelectorAll("form[data-autosave]")].map(
  (form) => new Reflection(form),
);

addEventListener("online", () => reflections.forEach((one) => one.save()));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    reflections.forEach((one) => one.save({ leaving: true }));
  }
});
addEventListener("beforeunload", (event) => {
  if (reflections.some((one) => one.isUnsaved())) event.preventDefault();
});
