// Keeps what a learner writes under a reflection prompt or beside a part, as they write it, and says
// whether it is kept. Without this script the form has a button that does the same.

const PAUSE = 1200; // after the last key, before it is sent
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;
const LONGEST_WAIT = 4000; // before a lesson is finished all the same
const MOST_KEPT_ALIVE = 50_000; // of what browsers send after a page is gone

const form = document.getElementById("lesson-form");
const { waiting } = window;

// What was set aside is forgotten once this page could save it after all. The same words are not
// set aside twice: by then their writer may have sent them, or let them go.
let wordsSetAside = null;

function wordsHere() {
  return JSON.stringify([...form.elements].filter((each) => each.matches("textarea")).map((each) => each.value));
}

function noteSetAside(key) {
  if (!key) return;
  forgetSetAside();
  wordsSetAside = wordsHere();
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "set_aside", value: key });
  form.append(field);
}

function forgetSetAside() {
  wordsSetAside = null;
  form.querySelector("[name=set_aside]")?.remove();
}

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
    this.takeWaiting();

    this.text.addEventListener("input", () => {
      if (!this.isUnsaved()) return;
      this.putAside();
      if (this.status.dataset.state === "saved") this.say("", "");
      this.later(PAUSE);
    });
    this.text.addEventListener("change", () => this.save());
    this.tick?.addEventListener("change", () => {
      this.putAside();
      this.save({ always: true });
    });
    this.button.addEventListener("click", (event) => {
      event.preventDefault();
      this.clash = false;
      this.save({ always: true });
    });
  }

  // Whoever keeps a module on this phone finds here what they wrote without a connection.
  takeWaiting() {
    const box = waiting.box(form.elements.lesson.value, this.button.value);
    if (!box) return;
    this.text.value = box.text;
    this.number.value = box.number;
    if (this.tick) this.tick.checked = box.tick;
    this.box.closest("details")?.setAttribute("open", "");
    this.say("unsaved", this.box.dataset.waits);
    queueMicrotask(() => this.save({ always: true }));
  }

  putAside() {
    waiting.putBox(form, this.button.value, {
      text: this.text.value,
      number: this.number.value,
      asks: this.wasTicked?.value ?? "0",
      tick: this.tick?.checked ?? false,
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
    // All of the page is sent, and this box alone is saved. Where it cannot be, because its writer
    // was signed out, the whole page is set aside for them.
    const fields = new URLSearchParams(new FormData(form));
    fields.set("block", this.button.value);
    const ticked = this.tick?.checked;
    const headers = { Accept: "application/json" };
    if (wordsSetAside === wordsHere()) {
      headers["X-Made-For"] = form.elements.made_for.value;
      fields.delete("made_for");
    }
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: fields,
        headers,
        redirect: "manual",
        keepalive: leaving && fields.toString().length < MOST_KEPT_ALIVE,
      });
      clearTimeout(slow);
      await this.heard(response, sent);
      if (response.ok && this.wasTicked) this.wasTicked.value = ticked ? "1" : "0";
    } catch {
      clearTimeout(slow);
      this.putAside();
      this.say("unsaved", waiting.isHeld() ? this.box.dataset.waits : this.box.dataset.unsaved);
      this.again();
    }
  }

  async heard(response, sent) {
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    const reply = isJson ? await response.json() : {};
    if (reply.state === "saved") {
      this.number.value = reply.number;
      this.saved = sent;
      this.waits = FIRST_RETRY;
      this.box.querySelector(".reflection__newer")?.remove();
      forgetSetAside();
      this.status.dataset.owner = "";
      if (this.isUnsaved()) this.putAside();
      else waiting.wipeBox(form.elements.lesson.value, this.button.value);
      this.say("saved", reply.message ?? this.box.dataset.saved);
    } else if (reply.state === "changed") {
      this.showNewer(reply);
    } else if (reply.state === "too_long") {
      this.say("unsaved", reply.message);
    } else {
      // Signed out, or somebody else is signed in here: the words wait for their writer. Said once
      // where it is seen; they were set aside already where nothing new is.
      noteSetAside(reply.set_aside);
      const isKnown = reply.state && this.status.dataset.owner === reply.state;
      if (!isKnown || reply.set_aside) this.say("unsaved", reply.message ?? this.box.dataset.unsaved);
      if (reply.state && !isKnown) this.status.scrollIntoView({ block: "nearest" });
      this.status.dataset.owner = reply.state ?? "";
      this.again();
    }
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
  const headers = { "X-Made-For": form.elements.made_for.value };
  fetch(form.dataset.leaving, { method: "POST", body: fields, headers, keepalive: true }).catch(() => {});
}

addEventListener("online", () => {
  for (const reflection of reflections) reflection.save();
});
document.addEventListener("ownerback", () => {
  for (const reflection of reflections) {
    if (reflection.status.dataset.owner) reflection.save({ always: true });
  }
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
  if (!settled && !waiting.isHeld() && reflections.some((one) => one.isUnsaved())) event.preventDefault();
});
