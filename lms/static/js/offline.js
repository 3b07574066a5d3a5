// Keeps a module on this phone, sees to it that it is the newest, that it is gone when somebody else is
// here or nobody, and sends what was done without a connection. See docs/decisions/0136.

const { waiting } = window;
const OURS = "peerwork-";
const LIFE = 14 * 24 * 60 * 60 * 1000; // as long as a session can last
const AT_ONCE = 4;
const isCopy = document.querySelector("meta[name=offline-copy]") !== null;
const edition = document.querySelector("meta[name=edition]")?.content ?? "";
const canKeep = "caches" in window && "serviceWorker" in navigator;

// Whose is it? ---------------------------------------------------------------------------

async function wipe() {
  waiting.letGo();
  if (!canKeep) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS));
  await Promise.all(names.map((name) => caches.delete(name)));
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all(workers.map((worker) => worker.unregister()));
}

function post(record, fields) {
  return fetch(record.address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json" },
    redirect: "manual",
    referrer: new URL(record.url, location.href).href,
  });
}

function fieldsOfBox(block, box) {
  const fields = [[`text-${block}`, box.text], [`number-${block}`, box.number], [`asks-${block}`, box.asks]];
  return box.tick ? [...fields, [`elsewhere-${block}`, "1"]] : fields;
}

function fieldsOf(record) {
  if (record.kind === "play") {
    return [["play", record.play], ["digest", record.digest], ["replies", JSON.stringify(record.replies)]];
  }
  const boxes = Object.entries(record.boxes);
  return [
    ["lesson", record.lesson],
    ["block", boxes[0]?.[0] ?? ""],
    ...boxes.flatMap(([block, box]) => fieldsOfBox(block, box)),
  ];
}

// What somebody else did waits for them on the server, and for them alone.
async function handOver(name, record) {
  if (record.kind === "play" && record.sent >= record.replies.length) return waiting.wipe(name);
  try {
    await post(record, [["made_for", record.stamp], ...fieldsOf(record)]);
    waiting.wipe(name);
  } catch {
    // It is shown to nobody here, and handed over by the next page.
  }
}

async function forgetOthers() {
  const held = waiting.held();
  if (held && held.owner !== waiting.owner) await wipe();
  for (const [name, record] of waiting.all()) {
    if (record.owner !== waiting.owner) await handOver(name, record);
  }
}

// Sending what waits -----------------------------------------------------------------------

// The boxes of a lesson that this page does not show. What it shows, js/lesson.js sends.
function boxesElsewhere(record) {
  return Object.entries(record.boxes).filter(([block]) => !document.getElementById(`text-${block}`));
}

async function sendBox(record, block, box) {
  const head = [["made_for", waiting.stamp], ["lesson", record.lesson], ["block", block]];
  const response = await post(record, [...head, ...fieldsOfBox(block, box)]);
  if (response.ok) return waiting.wipeBox(record.lesson, block);
  const reply = await response.json().catch(() => ({}));
  const isMoved = reply.state === "changed" || reply.state === "too_long";
  if (isMoved || response.status === 404) {
    box.trouble = isMoved ? "moved" : "gone";
    waiting.put(`lesson:${record.lesson}`, record);
  }
}

async function sendPlay(name, record) {
  const count = record.replies.length;
  const response = await post(record, [["made_for", waiting.stamp], ...fieldsOf(record)]);
  const reply = await response.json().catch(() => ({}));
  if (response.ok) {
    const now = waiting.get(name);
    if (!now) return;
    if (now.isSettled && now.replies.length === count) waiting.wipe(name);
    else waiting.put(name, { ...now, sent: count });
  } else if (reply.state === "refused" || response.status === 404) {
    waiting.wipe(name);
    dispatchEvent(new CustomEvent("play-refused", { detail: reply.message ?? "" }));
  }
}

function isPlayToSend(record) {
  return record.kind === "play" && record.replies.length > (record.sent ?? 0);
}

const PATIENCE = 15_000; // before what could not be sent is tried again
let sending = null;
let timer = 0;
async function sendAll() {
  for (const [name, record] of waiting.own()) {
    try {
      if (isPlayToSend(record)) await sendPlay(name, record);
      for (const [block, box] of record.kind === "lesson" ? boxesElsewhere(record) : []) {
        if (!box.trouble) await sendBox(record, block, box);
      }
    } catch {
      break; // Not yet. It is tried again with the next page, and when the connection is back.
    }
  }
}

async function send() {
  const before = tell();
  sending ??= sendAll().finally(() => { sending = null; });
  await sending;
  const after = tell();
  if (before && !after) say("sent");
  clearTimeout(timer);
  if (after) timer = setTimeout(send, PATIENCE);
  dispatchEvent(new CustomEvent("waiting-sent"));
}
waiting.send = send;

// Saying what waits ---------------------------------------------------------------------------

const notice = document.querySelector("[data-offline-waiting]");

function say(state, number = 0) {
  if (!notice) return;
  const words = notice.querySelector("[data-offline-words]");
  const text = state ? notice.dataset[state].replace("{number}", number) : "";
  if (words.textContent !== text) words.textContent = text;
  const troubles = notice.querySelector("[data-offline-troubles]");
  notice.hidden = !text && !troubles.children.length;
}

function showTrouble(record, block, box) {
  const item = document.createElement("li");
  const about = document.createElement("p");
  about.textContent = `${notice.dataset.trouble} ${record.title}. ${notice.dataset[box.trouble]}`;
  const words = document.createElement("blockquote");
  words.textContent = box.text;
  const ways = document.createElement("p");
  ways.className = "cluster";
  const link = document.createElement("a");
  Object.assign(link, { href: record.url, textContent: notice.dataset.open });
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button button--quiet button--small" });
  button.textContent = notice.dataset.letGo;
  button.addEventListener("click", () => {
    waiting.wipeBox(record.lesson, block);
    tell();
  });
  ways.append(link, button);
  item.append(about, words, ways);
  return item;
}

// How many things wait to be sent; what could not be sent by itself is shown in full.
function tell() {
  let count = 0;
  const troubles = [];
  for (const [, record] of waiting.own()) {
    if (isPlayToSend(record)) count += 1;
    for (const [block, box] of record.kind === "lesson" ? boxesElsewhere(record) : []) {
      if (box.trouble && notice) troubles.push(showTrouble(record, block, box));
      else if (!box.trouble) count += 1;
    }
  }
  notice?.querySelector("[data-offline-troubles]").replaceChildren(...troubles);
  say(count > 1 ? "many" : count ? "one" : "", count);
  return count;
}

// The copies ---------------------------------------------------------------------------------

async function cacheAll(cache, items, onward) {
  let done = 0;
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(
      items.slice(start, start + AT_ONCE).map(async ({ path, address }) => {
        const response = await fetch(address, { redirect: "error" });
        if (!response.ok) throw new Error(address);
        await cache.put(path, response);
        onward(++done, items.length);
      }),
    );
  }
}

// The same page by its address in another language leads to the one that lies here.
async function cacheWays(cache, pages) {
  for (const { path, others } of pages) {
    for (const other of others) await cache.put(other, Response.redirect(new URL(path, location.href), 302));
  }
}

async function noteLife() {
  const cache = await caches.open(`${OURS}life`);
  await cache.put("/offline/until", new Response(String(Date.now() + LIFE)));
}

async function removeCopies(key, exceptName = "") {
  const names = (await caches.keys()).filter((name) => name.startsWith(`${OURS}module-${key}-`));
  await Promise.all(names.filter((name) => name !== exceptName).map((name) => caches.delete(name)));
}

async function contentsOf(address) {
  const response = await fetch(address, { redirect: "error", cache: "no-store" });
  if (!response.ok) throw new Error(address);
  return response.json();
}

// All of a module or nothing: what was there before stays until the new copy is whole.
async function keep(key, contents, addresses, onward) {
  const name = `${OURS}module-${key}-${contents.version}`;
  try {
    const cache = await caches.open(name);
    await cacheAll(
      cache,
      [
        { path: contents.frame, address: contents.frame },
        ...contents.pages,
        ...contents.files.map((file) => ({ path: file, address: file })),
      ],
      onward,
    );
    await cacheWays(cache, contents.pages);
    await noteLife();
    await navigator.serviceWorker.register(addresses.worker, { scope: "/" });
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  const held = waiting.held() ?? {};
  const { title, url, version, bytes } = contents;
  const copy = { title, url, version, bytes, edition, addresses };
  waiting.hold({ owner: waiting.owner, modules: { ...held.modules, [key]: copy } });
  await removeCopies(key, name);
}

async function remove(key) {
  const held = waiting.held() ?? { modules: {} };
  delete held.modules[key];
  if (!Object.keys(held.modules).length) return wipe();
  waiting.hold(held);
  return removeCopies(key);
}

// With a connection: what was published since replaces what lies here.
async function renew() {
  await noteLife();
  const { modules } = waiting.held();
  for (const [key, copy] of Object.entries(modules)) {
    if (copy.edition === edition) continue;
    try {
      const contents = await contentsOf(copy.addresses.contents);
      if (contents.version !== copy.version) await keep(key, contents, copy.addresses, () => {});
      else {
        const held = waiting.held();
        held.modules[key].edition = edition;
        waiting.hold(held);
      }
    } catch {
      // Not now. The copy that is here stays, and the next page tries again.
    }
  }
}

// The box on a module's page ---------------------------------------------------------------------

class Box {
  constructor(place) {
    this.place = place;
    this.key = place.dataset.offlineModule;
    this.addresses = { contents: place.dataset.contents, worker: place.dataset.worker };
    this.state = place.querySelector("[data-offline-state]");
    this.keepButton = place.querySelector("[data-offline-keep]");
    this.removeButton = place.querySelector("[data-offline-remove]");
    this.progress = place.querySelector("progress");
    this.keepButton.addEventListener("click", () => this.keep());
    this.removeButton.addEventListener("click", () => this.remove());
    place.hidden = false;
    this.show();
    this.sayBytes();
  }

  get copy() {
    const held = waiting.isHeld() ? waiting.held() : null;
    return held?.modules[this.key];
  }

  show() {
    const { copy } = this;
    this.keepButton.hidden = Boolean(copy);
    this.removeButton.hidden = !copy;
    this.place.querySelector("[data-offline-size]").hidden = Boolean(copy);
    if (copy) this.say("kept", copy.bytes);
  }

  async sayBytes() {
    if (this.copy) return;
    try {
      const { bytes } = await contentsOf(this.addresses.contents);
      this.place.querySelector("[data-offline-size]").textContent = this.words("size", bytes);
    } catch {
      this.say("unreached");
    }
  }

  words(name, bytes = 0) {
    const unit = bytes < 1_000_000 ? "kilobyte" : "megabyte";
    const size = unit === "kilobyte" ? Math.max(1, Math.round(bytes / 1000)) : bytes / 1_000_000;
    const options = { style: "unit", unit, maximumFractionDigits: 1 };
    const shown = new Intl.NumberFormat(document.documentElement.lang, options).format(size);
    return this.place.dataset[name].replace("{size}", shown);
  }

  say(name, bytes) {
    this.tell(this.words(name, bytes), name === "kept" ? "saved" : "");
  }

  tell(words, state = "") {
    this.state.dataset.state = state;
    if (this.state.textContent !== words) this.state.textContent = words;
  }

  async keep() {
    if (this.isBusy) return;
    this.isBusy = true;
    this.keepButton.setAttribute("aria-disabled", "true");
    this.progress.hidden = false;
    try {
      const contents = await contentsOf(this.addresses.contents);
      await keep(this.key, contents, this.addresses, (done, all) => {
        Object.assign(this.progress, { max: all, value: done });
        this.tell(this.words("working").replace("{done}", done).replace("{all}", all));
      });
      this.show();
      this.removeButton.focus();
    } catch (error) {
      this.say(error.name === "QuotaExceededError" ? "full" : navigator.onLine ? "failed" : "unreached");
    }
    this.progress.hidden = true;
    this.keepButton.removeAttribute("aria-disabled");
    this.isBusy = false;
  }

  async remove() {
    await remove(this.key);
    this.show();
    this.say("removed");
    this.keepButton.focus();
    this.sayBytes();
  }
}

// The page in place of one that is not here -----------------------------------------------------

function showNotKept(place) {
  const { pathname, search } = location;
  const isSent = pathname === "/offline/" && search.includes("sent");
  const why = isSent ? "sent" : pathname.startsWith("/quizzes/") ? "quiz" : pathname.startsWith("/practice/") ? "talk" : "page";
  for (const words of place.querySelectorAll("[data-why]")) words.hidden = words.dataset.why !== why;
  const list = place.querySelector("[data-offline-list]");
  const copies = Object.values((waiting.isHeld() && waiting.held().modules) || {});
  list.hidden = !copies.length;
  for (const { title, url } of copies) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    Object.assign(link, { href: url, textContent: title });
    item.append(link);
    list.querySelector("ul").append(item);
  }
  if (isSent || pathname === "/offline/") return;
  // A phone may say that it is online where nothing can be reached, and the other way round.
  const look = async () => {
    const answer = await fetch("/livez", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  };
  addEventListener("online", look);
  setInterval(look, PATIENCE);
}

// On every page ---------------------------------------------------------------------------------

async function begin() {
  await forgetOthers();
  if (!waiting.owner) return;
  const notKept = document.querySelector("[data-not-kept]");
  if (notKept) showNotKept(notKept);
  const box = document.querySelector("[data-offline-module]");
  if (box && canKeep) new Box(box);
  if (waiting.own().length) await send();
  if (!isCopy && canKeep && waiting.isHeld()) await renew();
}

addEventListener("online", () => {
  const words = document.querySelector("[data-offline-notice]");
  if (words) words.textContent = words.dataset.online;
  if (waiting.own().length) send();
});
begin();
