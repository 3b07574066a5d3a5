// What was written or played without a connection and is not on the site yet. It is kept on this phone
// only for whoever keeps a module on it, is shown to nobody else, and leaves it once it is sent:
// docs/decisions/0136. It is loaded before the scripts that use it.

const HELD = "peerwork:offline";
const WAITING = "peerwork:waiting:";
const stamp = document.querySelector("meta[name=made-for]")?.content ?? "";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, record) {
  try {
    localStorage.setItem(key, JSON.stringify(record));
  } catch {
    // No room, or not allowed here: the page itself still holds it.
  }
}

window.waiting = {
  stamp,
  owner: stamp.split(":")[0],
  // Which modules lie on this phone, and whose they are.
  held() {
    return read(HELD);
  },
  hold(record) {
    write(HELD, record);
  },
  letGo() {
    localStorage.removeItem(HELD);
  },
  isHeld() {
    return Boolean(this.owner) && this.held()?.owner === this.owner;
  },
  // Each record has its owner, the stamp of the page that it was made on, and where that was.
  all() {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(WAITING))
      .map((key) => [key.slice(WAITING.length), read(WAITING + key.slice(WAITING.length))])
      .filter(([, record]) => record);
  },
  own() {
    return this.all().filter(([, record]) => record.owner === this.owner);
  },
  get(name) {
    const record = read(WAITING + name);
    return record?.owner === this.owner ? record : null;
  },
  put(name, record) {
    write(WAITING + name, { ...record, owner: this.owner, stamp });
  },
  wipe(name) {
    localStorage.removeItem(WAITING + name);
  },
  // The boxes of a lesson that are not on the site yet, by the ids of their blocks.
  box(lesson, block) {
    return this.get(`lesson:${lesson}`)?.boxes[block] ?? null;
  },
  putBox(form, block, box) {
    if (!this.isHeld()) return;
    const name = `lesson:${form.elements.lesson.value}`;
    const boxes = { ...this.get(name)?.boxes, [block]: box };
    const { url, title } = form.dataset;
    this.put(name, { kind: "lesson", address: form.action, url, title, lesson: form.elements.lesson.value, boxes });
  },
  wipeBox(lesson, block) {
    const record = this.get(`lesson:${lesson}`);
    if (!record) return;
    delete record.boxes[block];
    if (Object.keys(record.boxes).length) this.put(`lesson:${lesson}`, record);
    else this.wipe(`lesson:${lesson}`);
  },
};
