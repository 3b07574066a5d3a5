// Plays a conversation without a connection, from the copy on this phone. What was answered is kept here
// and taken over by the site, which works out by itself how it closed: practice/bringing.py.

const { waiting } = window;
const place = document.querySelector("[data-talk]");
const script = JSON.parse(document.getElementById("script").textContent);
const state = document.querySelector("[data-talk-state]");
const moments = new Map(script.moments.map((moment) => [moment.name, moment]));
const endings = new Map(script.endings.map((ending) => [ending.name, ending]));
const BEST = 2;

function piece(name) {
  const template = document.querySelector(`template[data-talk-piece="${name}"]`);
  return template.content.firstElementChild.cloneNode(true);
}

// Where it stands, as practice/walking.py works it out.
function walk(replies) {
  let here = script.moments[0].name;
  const story = [];
  const right = new Set();
  for (const [name, chosen] of replies) {
    const moment = moments.get(name);
    const reply = moment.replies[chosen];
    if (!endings.has(here)) {
      story.push({ moment, reply });
      here = reply.leads_to;
    }
    if (reply.worth === BEST) right.add(name);
  }
  const ending = endings.get(here);
  const open = story.map((turn) => turn.moment).filter((moment) => moment.red_line && !right.has(moment.name));
  return { story, ending, open, moment: ending ? open[0] : moments.get(here) };
}

function outcomeOf({ story, ending }) {
  if (ending.kind !== "strong") return ending.kind;
  const points = story.reduce((sum, turn) => sum + turn.reply.worth, 0);
  const most = story.reduce((sum, turn) => sum + Math.max(...turn.moment.replies.map((reply) => reply.worth)), 0);
  return points < script.strong_from * most ? "okay" : "strong";
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
    this.record.isSettled = !walk(this.record.replies).moment;
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

  line(moment, words, face, isLarge) {
    const line = piece("line");
    const who = moment.speaker || script.cast;
    const drawing = document.querySelector(`template[data-face="${CSS.escape(`${who}|${face}`)}"]`);
    if (drawing) line.querySelector(".talk__face").append(drawing.content.cloneNode(true));
    line.classList.toggle("talk__line--now", isLarge);
    line.querySelector(".talk__face").classList.toggle("talk__face--large", isLarge);
    line.querySelector(".talk__who").textContent = who;
    line.querySelector(".talk__words").textContent = words;
    return line;
  }

  turn(reply, moment) {
    const you = piece("you");
    you.querySelector(".talk__words").textContent = reply.words;
    const feedback = piece(`feedback-${reply.worth}`);
    feedback.querySelector(".tag").textContent = reply.skill;
    feedback.querySelector("[data-feedback]").textContent = reply.feedback;
    return [you, this.line(moment, reply.reaction, reply.face, false), feedback];
  }

  replies(moment) {
    const box = piece("replies");
    for (const chosen of inOrder(moment, this.record.play)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "talk__reply", lang: place.dataset.language });
      button.textContent = moment.replies[chosen].words;
      button.addEventListener("click", () => this.choose(moment, chosen));
      box.querySelector("fieldset").append(button);
    }
    return box;
  }

  close(now) {
    const end = piece(`ending-${outcomeOf(now).replace(" ", "-")}`);
    end.querySelector("[data-words]").textContent = now.ending.words;
    end.querySelector("[data-debrief]").textContent = now.ending.debrief;
    if (!now.moment) return [end];
    const again = piece("again");
    again.querySelector("[data-retry]").textContent = now.moment.retry;
    return [end, again];
  }

  show(reply, moment) {
    const now = walk(this.record.replies);
    const shown = reply ? this.turn(reply, moment) : [];
    if (now.ending) shown.push(...this.close(now));
    if (now.moment?.help || now.ending?.help) shown.push(piece("help"));
    if (now.moment) shown.push(this.line(now.moment, now.moment.words, now.moment.face, true), this.replies(now.moment));
    place.replaceChildren(...shown);
  }
}

new Talk();
