// Checks files without sending them: their hashes are worked out here, and only a file that the
// register does not know by its hash is sent. Without this the form is sent as any other is.

const form = document.querySelector("[data-file-check]");
const input = form?.querySelector('input[type="file"]');
const state = form?.querySelector("[data-file-state]");
const lines = document.querySelector("[data-file-lines]");
let isWorking = false;

// Hashes can be worked out only where the connection is safe.
if (form && globalThis.crypto?.subtle) {
  form.querySelector("[data-with-script]").hidden = false;
  form.querySelector("[data-without-script]").hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check([...input.files]);
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.dataset.dropping = "";
  });
  form.addEventListener("dragleave", () => delete form.dataset.dropping);
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    delete form.dataset.dropping;
    check([...event.dataTransfer.files]);
  });
}

async function check(files) {
  if (isWorking) return;
  if (!files.length) {
    state.textContent = form.dataset.none;
    input.focus();
    return;
  }
  if (files.length > Number(form.dataset.mostFiles)) {
    state.textContent = form.dataset.tooMany;
    return;
  }
  isWorking = true;
  lines.replaceChildren();
  say(0, files.length);
  const hashes = await Promise.all(files.map(hashOf));
  const known = await askByHash(hashes.filter(Boolean));
  let done = 0;
  for (const [index, file] of files.entries()) {
    const line = known.get(hashes[index])?.cloneNode(true) ?? (await askByFile(file));
    line.querySelector("[data-file-name]").textContent = file.name;
    lines.append(line);
    done += 1;
    say(done, files.length);
  }
  isWorking = false;
}

function say(done, all) {
  state.textContent = form.dataset.working.replace("%(done)s", done).replace("%(all)s", all);
}

function isTooLarge(file) {
  return file.size > Number(form.dataset.mostBytes);
}

async function hashOf(file) {
  if (isTooLarge(file)) return "";
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return "";
  }
}

// The lines of what the register knows, by their hashes. No name of a file goes along.
async function askByHash(hashes) {
  const fields = new URLSearchParams({ part: "lines" });
  for (const hash of hashes) fields.append("sha256", hash);
  const answer = hashes.length ? await send(fields) : null;
  return new Map((answer ?? []).map((line) => [line.dataset.sha256, line]));
}

async function askByFile(file) {
  if (isTooLarge(file)) return failed(form.dataset.tooLarge);
  const fields = new FormData();
  fields.append("part", "lines");
  fields.append("file", file, "file.pdf");
  const [line] = (await send(fields)) ?? [];
  return line ?? failed(form.dataset.failed);
}

async function send(body) {
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return [...page.querySelectorAll("li[data-verdict]")];
  } catch {
    return null;
  }
}

function failed(why) {
  const line = document.querySelector("template[data-file-failed]").content.firstElementChild.cloneNode(true);
  line.querySelector("[data-file-why]").textContent = why;
  return line;
}
