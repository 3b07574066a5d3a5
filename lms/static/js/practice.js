// Playing a conversation: one press is one reply, and what just happened is where one goes on.
// Everything works without this.
//
// A reply that was chosen without a connection is kept in this tab and sent by itself, as an answer of a
// quiz is. The server takes each turn once, however often it is sent.

const PREFIX = "peerwork:turn:";
const { kept } = window;

class Replies {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-turn-state]");
    this.key = PREFIX + new URL(form.action).pathname;
    this.failures = 0;
    this.timer = 0;
    this.body = null;

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.body && event.submitter) this.choose(event.submitter);
    });
    addEventListener("online", () => this.now());
    addEventListener("focus", () => this.now());
    document.addEventListener("visibilitychange", () => this.now());
    this.restore();
  }

  choose(button) {
    const fields = new URLSearchParams(new FormData(this.form));
    fields.set(button.name, button.value);
    this.begin(fields.toString());
    this.send();
  }

  // From here on this one reply is on its way, and no other.
  begin(body) {
    this.body = body;
    const chosen = new URLSearchParams(body).get("reply");
    for (const button of this.form.querySelectorAll("button[name=reply]")) {
      const isChosen = button.value === chosen;
      button.setAttribute("aria-disabled", "true");
      button.toggleAttribute("data-chosen", isChosen);
      if (isChosen) button.setAttribute("aria-busy", "true");
    }
  }

  // A page that was loaded again goes on with what it could not send, if that is still to be sent.
  restore() {
    const record = kept.read(this.key);
    if (!record) return;
    const turn = new URLSearchParams(record.body).get("turn");
    if (turn !== (this.form.elements.turn?.value ?? null)) {
      kept.wipe(this.key);
      return;
    }
    const fields = new URLSearchParams(record.body);
    for (const name of ["csrfmiddlewaretoken", "made_for"]) {
      if (this.form.elements[name]) fields.set(name, this.form.elements[name].value);
    }
    this.begin(fields.toString());
    this.send();
  }

  now() {
    if (this.body && this.timer) this.send();
  }

  async send() {
    clearTimeout(this.timer);
    this.timer = 0;
    kept.write(this.key, { address: this.form.action, body: this.body });
    this.say(this.failures ? "" : "sending");
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: new URLSearchParams(this.body),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      await this.heard(response);
    } catch {
      this.later();
    }
  }

  async heard(response) {
    if (response.status >= 500 || response.status === 429) return this.later();
    const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    const reply = isJson ? await response.json() : {};
    kept.wipe(this.key);
    if (reply.sign_in_url) return location.assign(reply.sign_in_url);
    if (reply.message) return this.tell(reply.message);
    const turn = this.form.elements.turn?.value ?? "again";
    return location.replace(`${this.form.action}?after=${turn}-${Date.now() % 1000}#now`);
  }

  later() {
    this.failures += 1;
    this.say("kept");
    this.timer = setTimeout(() => this.send(), kept.wait(this.failures));
  }

  say(state) {
    if (!state) return;
    this.tell(this.state.dataset[state], state === "kept" ? "unsaved" : "saving");
  }

  tell(words, state = "unsaved") {
    this.state.dataset.state = state;
    if (this.state.textContent !== words) this.state.textContent = words;
  }
}

for (const form of document.querySelectorAll("[data-replies]")) new Replies(form);

// A page that the browser kept shows what was so then: where it stands, the server says.
addEventListener("pageshow", (event) => event.persisted && location.reload());

if (location.hash === "#now") document.getElementById("now")?.focus({ preventScroll: true });
