// Keeps what a learner writes under a reflection prompt, as they write it, and says whether it
// is kept. Without this script the form has a button that does the same.

const PAUSE = 1200; // after the last key, before it is sent
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;
const LONGEST_WAIT = 4000; // before a lesson is finished all the same

const form = document.getElementById("lesson-form");

class Reflection {
  constructor(box) {
    this.box = box;
    this.text = box.querySelector("textarea");
    this.number = box.querySelector("[name^=number-]");
    this.button = box.querySelector("button");
    this.tick = box.querySelector("input[type=checkbox]");
    this.wasTicked = box.querySelector("[name^=asks-]");
    this.status = box.querySelector("[data-save-state]");
    this.saved = this.text.value;
    this.sending = null;
    this.waits = FIRST_RETRY;
    this.timer = 0;

    this.text.addEventListener("input", () => {
      if (!this.isUnsaved()) return;
      if (this.status.dataset.state === "saved") this.say("", "");
      this.later(PAUSE);
    });
    this.text.addEventListener("change", () => this.save());
    this.tick.addEventListener("change", () => this.save({ always: true }));
    this.button.addEventListener("click", (event) => {
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

  // What is being sent, and then what was typed meanwhile.
  async settle() {
    await this.sending;
    await this.save();
  }

  save({ always = false, leaving = false } = {}) {
    clearTimeout(this.timer);
    // Two versions stand side by side: only the learner says which one stays.
    if (this.sending || this.clash) return this.sending;
    if (!always && !this.isUnsaved()) return null;
    this.sending = this.send(leaving).finally(() => {
      this.sending = null;
      if (this.status.dataset.state === "saved" && this.isUnsaved()) this.later(PAUSE);
    });
    return this.sending;
  }

  async send(leaving) {
    const sent = this.text.value;
    const slow = setTimeout(() => this.say("saving", this.box.dataset.saving), 500);
    const fields = new URLSearchParams({
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
      lesson: form.elements.lesson.value,
      block: this.button.value,
      [this.number.name]: this.number.value,
      [this.text.name]: sent,
      [this.wasTicked.name]: this.wasTicked.value,
    });
    const ticked = this.tick.checked;
    if (ticked) fields.set(this.tick.name, "1");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving && sent.length < 15000,
      });
      clearTimeout(slow);
      await this.heard(response, sent);
      if (response.ok) this.wasTicked.value = ticked ? "1" : "0";
    } catch {
      clearTimeout(slow);
      this.say("unsaved", this.box.dataset.unsaved);
      this.again();
    }
  }

  async heard(response, sent) {
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    if (response.ok && isJson) {
      const reply = await response.json();
      this.number.value = reply.number;
      this.saved = sent;
      this.waits = FIRST_RETRY;
      this.box.querySelector(".reflection__newer")?.remove();
      this.say("saved", this.box.dataset.saved);
    } else if (response.status === 409 && isJson) {
      this.showNewer(await response.json());
    } else if (response.status === 422 && isJson) {
      this.say("unsaved", (await response.json()).message);
    } else if (response.type === "opaqueredirect" || [401, 403].includes(response.status)) {
      // Signed out, or signed in anew elsewhere: a fresh page brings a fresh key.
      const fresh = await this.renewed();
      this.say("unsaved", fresh ? this.box.dataset.unsaved : this.box.dataset.signedOut);
      if (fresh) this.waits = FIRST_RETRY;
      this.again();
    } else {
      this.say("unsaved", this.box.dataset.unsaved);
      this.again();
    }
  }

  // Take the form's key from the page as it is now. False when we are signed out.
  async renewed() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const key = page.querySelector("#lesson-form [name=csrfmiddlewaretoken]");
    if (!key) return false;
    form.elements.csrfmiddlewaretoken.value = key.value;
    return true;
  }

  showNewer(reply) {
    this.clash = true;
    this.number.value = reply.number;
    this.box.querySelector(".reflection__newer")?.remove();
    const newer = document.createElement("div");
    newer.className = "reflection__newer";
    const title = document.createElement("p");
    title.className = "eyebrow";
    title.textContent = this.box.dataset.newer;
    const words = document.createElement("p");
    words.textContent = reply.text;
    newer.append(title, words);
    this.box.append(newer);
    this.say("unsaved", this.box.dataset.changed);
  }
}

const reflections = [...document.querySelectorAll("[data-autosave]")].map(
  (box) => new Reflection(box),
);

// Finishing the lesson sends every box too, so what is under way is let finish first.
let settled = false;
form?.addEventListener("submit", async (event) => {
  if (settled || event.defaultPrevented) return;
  event.preventDefault();
  const patience = new Promise((done) => setTimeout(done, LONGEST_WAIT));
  await Promise.race([Promise.all(reflections.map((one) => one.settle())), patience]);
  settled = true;
  form.requestSubmit(event.submitter);
});

// What an option opens is said aloud as well: nothing moves to where a screen reader is.
for (const check of document.querySelectorAll("[data-check]")) {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  check.append(status);
  check.addEventListener("change", (event) => {
    const feedback = event.target.closest(".check__option").querySelector(".check__feedback");
    status.textContent = feedback.textContent.trim().replace(/\s+/g, " ");
  });
}

// A page that is left by no button of ours says so, so that what was read on it is on record.
const SHORTEST_LOOK = 5000;
let lookedSince = performance.now();
function sayLeaving() {
  const visit = form?.elements.visit;
  if (!visit || settled || performance.now() - lookedSince < SHORTEST_LOOK) return;
  lookedSince = performance.now();
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (/^(csrfmiddlewaretoken|lesson|visit)$|^tried-/.test(name)) fields.append(name, value);
  }
  // What is not heard is no loss to anyone: the next page that is sent says the most of it.
  fetch(form.dataset.leaving, { method: "POST", body: fields, keepalive: true }).catch(() => {});
}

addEventListener("online", () => {
  for (const reflection of reflections) reflection.save();
});
addEventListener("pageshow", () => {
  settled = false;
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    sayLeaving();
    for (const reflection of reflections) reflection.save({ leaving: true });
  }
});
addEventListener("beforeunload", (event) => {
  if (!settled && reflections.some((one) => one.isUnsaved())) event.preventDefault();
});
