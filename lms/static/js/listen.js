// Reads a part, a line or a whole conversation aloud, by the voices that the device has itself: nothing
// that is read leaves it. A line that somebody recorded is played from its recording. Where there is no
// voice in the language of the words and no recording, there is no button.

const SPEED = "peerwork:listen-speed";
const BLOCKS = "p, li, h1, h2, h3, h4, dt, dd, th, td, blockquote, figcaption, legend, label, summary, button.talk__reply";
const NOT_READ = "[hidden], .visually-hidden, svg, script, style, template, select, textarea, input, [data-listen], .listen__line, [data-listen-skip]";
const YOURS = ".talk__line--you, .talk__reply, [data-voice=you]";
const MARK = "spoken";
const { speechSynthesis: synthesis } = window;

const bars = [...document.querySelectorAll("[data-listen]")];
if (bars.length) {
  let isSetUp = false;
  const setUp = () => {
    const withTarget = bars.filter((bar) => targetOf(bar));
    if (isSetUp || !withTarget.some((bar) => canBeHeard(targetOf(bar)))) return;
    isSetUp = true;
    for (const bar of withTarget) new Listening(bar);
  };
  // Many browsers know their voices only after a moment.
  synthesis?.addEventListener?.("voiceschanged", setUp);
  queueMicrotask(setUp);
}

function targetOf(bar) {
  return document.getElementById(bar.dataset.listen);
}

function canBeHeard(target) {
  const hasSounds = target.matches("[data-has-sounds]") || target.querySelector("[data-sound]");
  return hasSounds || voicesFor(languageOf(target)).length > 0;
}

function languageOf(element) {
  return element.closest("[lang]")?.lang || "en";
}

// The device's own voices for a language. One that works over the network is never used.
function voicesFor(language) {
  const stem = language.toLowerCase().split("-")[0];
  return (synthesis?.getVoices() ?? [])
    .filter((voice) => voice.localService && voice.lang.toLowerCase().split(/[-_]/)[0] === stem)
    .sort((one, other) => Number(other.default) - Number(one.default));
}

class Listening {
  constructor(bar) {
    this.bar = bar;
    this.target = targetOf(bar);
    this.button = bar.querySelector("[data-listen-toggle]");
    this.words = bar.querySelector("[data-listen-words]");
    this.startWords = this.words.textContent;
    this.speed = bar.querySelector("[data-listen-speed]");
    this.queue = [];
    this.run = 0; // what was said by an earlier run is not heard any more

    const chosen = readSpeed();
    if ([...this.speed.options].some((option) => option.value === chosen)) this.speed.value = chosen;
    this.speed.addEventListener("change", () => {
      writeSpeed(this.speed.value);
      if (this.isSpeaking) this.speak(this.queue); // from the sentence that was being said
    });
    this.button.addEventListener("click", () => this.toggle());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
    addEventListener("pagehide", () => this.stop());
    document.addEventListener("submit", () => this.stop(), { capture: true });
    this.addLines();
    bar.hidden = false;
  }

  get isSpeaking() {
    return this.button.dataset.speaking === "yes";
  }

  addLines() {
    const template = this.bar.querySelector("[data-listen-line]");
    for (const line of this.target.querySelectorAll(".talk__line")) {
      const words = line.querySelectorAll(".talk__words");
      if (!words.length) continue;
      const hasVoice = voicesFor(languageOf(line)).length > 0;
      if (!hasVoice && !line.querySelector("[data-sound]")) continue;
      const button = template.content.firstElementChild.cloneNode(true);
      button.addEventListener("click", () => this.speak(sentencesIn(words)));
      line.append(button);
    }
  }

  toggle() {
    if (this.isSpeaking) this.stop();
    else this.speak(sentencesIn(blocksOf(this.target)));
  }

  speak(sentences) {
    this.stop();
    if (!sentences.length) return;
    this.queue = [...sentences];
    this.show(true);
    this.next(this.run);
  }

  next(run) {
    if (run !== this.run) return;
    unmark();
    const sentence = this.queue[0];
    if (!sentence) {
      this.stop();
      return;
    }
    const goOn = () => {
      if (run !== this.run) return;
      this.queue.shift();
      this.next(run);
    };
    if (sentence.sound) this.play(sentence, run, goOn);
    else this.say(sentence, run, goOn);
  }

  // A recording that cannot be played is read by the device.
  play(sentence, run, goOn) {
    this.player = new Audio(sentence.sound);
    this.player.playbackRate = Number(this.speed.value);
    this.player.addEventListener("playing", () => run === this.run && mark(sentence));
    this.player.addEventListener("ended", goOn);
    const readInstead = () => {
      if (run !== this.run || this.queue[0] !== sentence) return;
      this.queue.splice(0, 1, ...spokenSentencesOf(sentence.block));
      this.next(run);
    };
    this.player.addEventListener("error", readInstead);
    this.player.play().catch(readInstead);
  }

  say(sentence, run, goOn) {
    // Without a voice of the device's own in this language it is passed over.
    if (!voicesFor(sentence.language).length) return goOn();
    const said = new SpeechSynthesisUtterance(sentence.text);
    said.lang = sentence.language;
    said.rate = Number(this.speed.value);
    const voices = voicesFor(sentence.language);
    said.voice = (sentence.isYours ? voices[1] : undefined) ?? voices[0] ?? null;
    said.addEventListener("start", () => run === this.run && mark(sentence));
    said.addEventListener("end", goOn);
    said.addEventListener("error", goOn);
    synthesis.speak(said);
  }

  stop() {
    this.run += 1;
    this.show(false);
    unmark();
    this.player?.pause();
    this.player = null;
    synthesis?.cancel();
  }

  show(isSpeaking) {
    this.button.dataset.speaking = isSpeaking ? "yes" : "no";
    this.words.textContent = isSpeaking ? this.words.dataset.stop : this.startWords;
  }
}

// What to read ---------------------------------------------------------------------------------

// The innermost blocks that can be seen, in their order.
function blocksOf(target) {
  return [...target.querySelectorAll(BLOCKS)].filter(
    (block) => !block.querySelector(BLOCKS) && !block.closest(NOT_READ) && block.getClientRects().length,
  );
}

function sentencesIn(blocks) {
  return [...blocks].flatMap(sentencesOf);
}

// A block that was recorded is heard as it is; of any other, each of its sentences.
function sentencesOf(block) {
  const { sound } = block.dataset;
  if (!sound) return spokenSentencesOf(block);
  const range = document.createRange();
  range.selectNodeContents(block);
  return [{ sound, range, block }];
}

// The sentences of a block, each with where it stands, so that it can be marked.
function spokenSentencesOf(block) {
  const nodes = textNodesOf(block);
  const text = nodes.map((node) => node.data).join("");
  const language = languageOf(block);
  const isYours = block.closest(YOURS) !== null;
  const sentences = [];
  for (const { segment, index } of cut(text, language)) {
    const spoken = segment.replace(/\s+/g, " ").trim();
    if (!/[\p{L}\p{N}]/u.test(spoken)) continue;
    const range = rangeOf(nodes, index, index + segment.trimEnd().length);
    sentences.push({ text: spoken, language, isYours, range, block });
  }
  return sentences;
}

function textNodesOf(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(NOT_READ)) nodes.push(walker.currentNode);
  }
  return nodes;
}

function cut(text, language) {
  if (window.Intl?.Segmenter) {
    return [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)];
  }
  return [...text.matchAll(/[^.!?…]+[.!?…]*[”’)]*\s*/g)].map((found) => ({ segment: found[0], index: found.index }));
}

function rangeOf(nodes, from, to) {
  const range = document.createRange();
  let place = 0;
  for (const node of nodes) {
    const end = place + node.length;
    if (from >= place && from <= end) range.setStart(node, from - place);
    if (to >= place && to <= end) {
      range.setEnd(node, to - place);
      break;
    }
    place = end;
  }
  return range;
}

// Showing what is said ---------------------------------------------------------------------------

// Nothing of the page is changed for it: what is selected, or focused, stays so.
function mark({ range, block }) {
  if (window.CSS?.highlights) CSS.highlights.set(MARK, new Highlight(range));
  else block.classList.add("is-spoken");
  const { top, bottom } = range.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  block.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}

function unmark() {
  window.CSS?.highlights?.delete(MARK);
  for (const block of document.querySelectorAll(".is-spoken")) block.classList.remove("is-spoken");
}

// The speed is the device's, and says nothing about anybody.
function readSpeed() {
  try {
    return localStorage.getItem(SPEED);
  } catch {
    return null;
  }
}

function writeSpeed(speed) {
  try {
    localStorage.setItem(SPEED, speed);
  } catch {
    // Not allowed here: it holds for this page.
  }
}
