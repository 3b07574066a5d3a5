// Plays a conversation without a connection, from the copy on this phone. What was answered is kept here
// and taken over by the site, which works out by itself how it closed: practice/bringing.py.

const { waiting } = window;
const place = document.querySelector("[data-talk]");
const script = JSON.parse(document.getElementById("script").textContent);
const state = document.querySelector("[data-talk-state]");
const { walk, outcomeOf } = window.walking;

function piece(name) {
  const template = document.querySelector(`template[data-talk-piece="${name}"]`);
  return template.content.firstElementChild.cloneNode(true);
}

// The same order each time that the same try shows a moment, and another for the next try.
function weight(text) {
  let sum = 2166136261;
  for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619) >>> 0;
  return sum;
}

function inOrder(moment, play) {
  const places = moment.replies.map((_reply, index) => index);
  const key = (index) => weight(`${play}:${moment.name}:${index}`);
  return places.sort((one, other) => key(one) - key(other));
}

class Talk {
  constructor() {
    const begun = waiting.own().find(([, record]) => record.kind === "play" && record.step === place.dataset.step);
    const isSame = begun?.[1].digest === script.digest && !begun[1].isSettled;
    this.record = isSame ? begun[1] : this.fresh();
    document.querySelector("[data-talk-afresh]").addEventListener("click", () => this.afresh());
    addEventListener("waiting-sent", () => this.sayState());
    addEventListener("play-refused", (event) => {
      this.refusal = event.detail;
      this.sayState();
    });
    this.show();
    this.sayState();
  }

  fresh() {
    const { address, url, step } = place.dataset;
    const title = document.querySelector("h1").textContent;
    const play = crypto.randomUUID();
    return { kind: "play", play, step, digest: script.digest, address, url, title, replies: [], sent: 0 };
  }

  get name() {
    return `play:${this.record.play}`;
  }

  afresh() {
    const kept = waiting.get(this.name);
    if (kept && kept.sent >= kept.replies.length) waiting.wipe(this.name);
    this.record = this.fresh();
    this.refusal = "";
    this.show();
    this.sayState();
    place.focus();
  }

  choose(moment, chosen) {
    this.record.replies.push([moment.name, chosen]);
    this.record.isSettled = !walk(script, this.record.replies).moment;
    this.record.sent = waiting.get(this.name)?.sent ?? 0;
    waiting.put(this.name, this.record);
    this.show(moment.replies[chosen], moment);
    place.focus();
    this.sayState();
    waiting.send();
  }

  sayState() {
    const { replies } = this.record;
    const kept = waiting.get(this.name);
    const isSent = replies.length > 0 && (!kept || kept.sent >= replies.length);
    const words = this.refusal || (replies.length ? state.dataset[isSent ? "saved" : "waits"] : "");
    state.dataset.state = this.refusal || !isSent ? "unsaved" : "saved";
    if (state.textContent !== words) state.textContent = words;
  }

  // What a recording says is heard from it; the rest is read by the device. See js/listen.js.
  hear(element, place) {
    const address = script.addresses[place];
    if (address) element.dataset.sound = address;
  }

  line(moment, words, face, isLarge, place) {
    const line = piece("line");
    const who = moment.speaker || script.cast;
    const drawing = document.querySelector(`template[data-face="${CSS.escape(`${who}|${face}`)}"]`);
    if (drawing) line.querySelector(".talk__face").append(drawing.content.cloneNode(true));
    line.classList.toggle("talk__line--now", isLarge);
    line.querySelector(".talk__face").classList.toggle("talk__face--large", isLarge);
    line.querySelector(".talk__who").textContent = who;
    line.querySelector(".talk__words").textContent = words;
    this.hear(line.querySelector(".talk__words"), place);
    return line;
  }

  turn(reply, moment) {
    const you = piece("you");
    const number = moment.replies.indexOf(reply) + 1;
    you.querySelector(".talk__words").textContent = reply.words;
    this.hear(you.querySelector(".talk__words"), `r${number}:words:${moment.name}`);
    const feedback = piece(`feedback-${reply.worth}`);
    feedback.querySelector(".tag").textContent = reply.skill;
    feedback.querySelector("[data-feedback]").textContent = reply.feedback;
    return [you, this.line(moment, reply.reaction, reply.face, false, `r${number}:reaction:${moment.name}`), feedback];
  }

  replies(moment) {
    const box = piece("replies");
    for (const chosen of inOrder(moment, this.record.play)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "talk__reply", lang: place.dataset.language });
      button.textContent = moment.replies[chosen].words;
      this.hear(button, `r${chosen + 1}:words:${moment.name}`);
      button.addEventListener("click", () => this.choose(moment, chosen));
      box.querySelector("fieldset").append(button);
    }
    return box;
  }

  close(now) {
    const end = piece(`ending-${outcomeOf(script, now).replace(" ", "-")}`);
    end.querySelector("[data-words]").textContent = now.ending.words;
    end.querySelector("[data-debrief]").textContent = now.ending.debrief;
    this.hear(end.querySelector("[data-words]"), `e:words:${now.ending.name}`);
    this.hear(end.querySelector("[data-debrief]"), `e:debrief:${now.ending.name}`);
    if (!now.moment) return [end];
    const again = piece("again");
    again.querySelector("[data-retry]").textContent = now.moment.retry;
    this.hear(again.querySelector("[data-retry]"), `n:retry:${now.moment.name}`);
    return [end, again];
  }

  show(reply, moment) {
    const now = walk(script, this.record.replies);
    const shown = reply ? this.turn(reply, moment) : [];
    if (now.ending) shown.push(...this.close(now));
    if (now.moment?.help || now.ending?.help) shown.push(piece("help"));
    if (now.moment) {
      const { name, words, face } = now.moment;
      shown.push(this.line(now.moment, words, face, true, `n:words:${name}`), this.replies(now.moment));
    }
    place.replaceChildren(...shown);
  }
}

new Talk();
