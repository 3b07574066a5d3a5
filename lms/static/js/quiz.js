// A quiz page with a script: answers save themselves. Without it the page is a form with a
// Save button, and loses nothing but comfort. What a kind of question adds is in its own folder.
//
// What is not saved yet is also kept in this tab's sessionStorage, under the attempt, so that
// a reload brings it back. It is wiped once saved and at hand-in; js/forget.js hands it over to the
// server on the pages of visitors and of other people.

const { kept: keptHere } = window;
const PREFIX = "peerwork:attempt:";
const PAUSE = 600;
const MOST_KEPT_ALIVE = 50_000;

for (const handedIn of document.querySelectorAll("[data-handed-in], form[data-hand-in]")) {
  if (handedIn.matches("form")) {
    handedIn.addEventListener("submit", () => forget(handedIn.dataset.attempt));
  } else {
    forget(handedIn.dataset.attempt);
  }
}

const paper = document.querySelector("form[data-paper]");
if (paper) keepSaved(paper);
const clock = document.querySelector("[data-deadline]");
if (clock) showTimeLeft(clock);

// How long is left, in whole minutes, without alarm. The server decides when it is over.
function showTimeLeft(place) {
  const minutes = Math.max(0, Math.ceil((Date.parse(place.dataset.deadline) - Date.now()) / 60_000));
  const words = minutes === 1 ? place.dataset.oneMinute : place.dataset.minutes;
  place.textContent = (minutes ? words : place.dataset.over).replace("{minutes}", minutes);
  if (minutes) setTimeout(() => showTimeLeft(place), 15_000);
}

// ------------------------------------------------------------------------------- Saving

function keepSaved(form) {
  const base = form.elements.base;
  const status = form.querySelector("[data-save-state]");
  const changedNotice = form.querySelector("[data-changed]");
  const keep = form.querySelector("[data-keep]");
  const signedOutNotice = form.querySelector("[data-signed-out]");
  const otherNotice = form.querySelector("[data-other-person]");
  const closedNotice = form.querySelector("[data-closed]");
  const offlineNotice = form.querySelector("[data-offline]");
  const joinedNotice = form.querySelector("[data-joined]");
  const key = PREFIX + form.dataset.attempt;

  // The browser may have filled a reloaded form with what was chosen before.
  form.reset();
  tellKinds(form);

  let stopped = !changedNotice.hidden;
  let saved = stopped ? null : answers(form); // as the server last said it has them
  let sending = null; // the body of the request that is under way, sent again as it is
  let request = null; // its promise
  let failures = 0;
  let timer = 0;
  let leaving = false;
  let answersSetAside = null; // what the server keeps for whose page this is

  form.querySelector("[data-save-button]").hidden = true;
  restore();
  count();

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", onSubmit);
  window.addEventListener("online", now);
  document.addEventListener("ownerback", now);
  window.addEventListener("focus", () => (signedOutNotice.hidden && otherNotice.hidden) || now());
  document.addEventListener("visibilitychange", now);
  window.addEventListener("pagehide", () => {
    if (isUnsaved() && !stopped && !request) post(body());
  });
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved() && !leaving) event.preventDefault();
  });

  function changed() {
    count();
    remember();
    if (stopped) return;
    schedule(failures ? undefined : PAUSE);
  }

  function isUnsaved() {
    return request !== null || answers(form) !== saved;
  }

  function schedule(wait) {
    if (wait === undefined && timer) return; // a retry is on its way
    clearTimeout(timer);
    timer = setTimeout(send, wait ?? 0);
  }

  function now() {
    if (!stopped && isUnsaved() && !request) schedule(0);
  }

  // Resolves to whether everything on the page is on the server.
  async function send() {
    clearTimeout(timer);
    timer = 0;
    while (request) await request;
    if (stopped) return false;
    if (sending === null && answers(form) === saved) {
      say("saved");
      return true;
    }
    // An unanswered request may have arrived: it is repeated as it was until it is answered,
    // so that the reply to it is never mistaken for somebody else's save.
    sending ??= body();
    const sent = sending;
    if (!failures) say("saving");
    request = deliver(sent);
    const settled = await request;
    request = null;
    if (!settled) return false;
    return answers(form) === saved ? true : send();
  }

  async function deliver(sent) {
    let response;
    try {
      response = await post(sent);
    } catch {
      return failed();
    }
    const reply = isJson(response) ? await response.json().catch(() => ({})) : {};
    if (reply.state === "saved") return stored(sent, reply);
    if (reply.state === "signed_out") return signedOut(reply);
    if (reply.state === "other_person") return otherPerson(reply);
    if (reply.state === "changed") return conflict(reply.number);
    if (reply.state === "closed") return closed();
    if (reply.state === "ended") return closed(reply.message);
    if (response.status === 404) return closed(reply.message);
    return failed();
  }

  function stored(sent, reply) {
    sending = null;
    failures = 0;
    signedOutNotice.hidden = true;
    otherNotice.hidden = true;
    offlineNotice.hidden = true;
    form.querySelector("[name=set_aside]")?.remove();
    answersSetAside = null;
    if (!join(sent, reply.joined ?? {})) return conflict(reply.number);
    base.value = reply.number;
    saved = without(sent);
    if (answers(form) === saved) {
      keptHere.wipe(key);
      say("saved");
    } else {
      remember();
    }
    return true;
  }

  // What was answered in another place meanwhile is shown here too, and counts as sent. False
  // where the same question was answered here since: then the learner is asked.
  function join(sent, joined) {
    const here = new URLSearchParams(answers(form));
    const before = new URLSearchParams(without(sent));
    const names = Object.keys(joined);
    if (names.some((name) => partOf(here, name) !== partOf(before, name))) return false;
    for (const name of names) {
      replacePart(sent, name, joined[name]);
      replacePart(here, name, joined[name]);
    }
    if (names.length) {
      fill(form, here);
      count();
      joinedNotice.hidden = false;
    }
    return true;
  }

  function failed(state = "unsaved") {
    failures += 1;
    say(state);
    schedule(keptHere.wait(failures));
    return false;
  }

  function signedOut(reply) {
    signedOutNotice.querySelector("[data-sign-in]").href = reply.sign_in_url;
    otherNotice.hidden = true;
    reveal(signedOutNotice);
    return setAside(reply.set_aside);
  }

  function otherPerson(reply) {
    signedOutNotice.hidden = true;
    reveal(otherNotice);
    keptHere.wipe(key);
    return setAside(reply.set_aside);
  }

  // The server keeps it for the one whose page this is, and forgets it once it is saved after all.
  function setAside(id) {
    if (id) {
      form.querySelector("[name=set_aside]")?.remove();
      form.append(hidden("set_aside", id));
      answersSetAside = without(sending);
    }
    sending = null;
    return failed("stopped");
  }

  // Show a notice where it is seen, once: who goes on reading is not pulled back to it.
  function reveal(notice) {
    if (!notice.hidden) return;
    notice.hidden = false;
    notice.scrollIntoView({ block: "center" });
  }

  function goTo(notice) {
    notice.scrollIntoView({ block: "center" });
    notice.tabIndex = -1;
    notice.focus({ preventScroll: true });
  }

  function conflict(number) {
    stopped = true;
    base.value = number;
    sending = null;
    say("stopped");
    changedNotice.hidden = false;
    keep.disabled = false;
    changedNotice.setAttribute("role", "alert");
    changedNotice.focus();
    return false;
  }

  function closed(message) {
    stopped = true;
    saved = answers(form);
    sending = null;
    keptHere.wipe(key);
    say("stopped");
    if (message) closedNotice.querySelector("[data-closed-message]").textContent = message;
    closedNotice.hidden = false;
    closedNotice.scrollIntoView({ block: "center" });
    return false;
  }

  keep.addEventListener("click", (event) => {
    event.preventDefault();
    keep.disabled = true;
    stopped = false;
    saved = null; // whatever is stored is not this
    failures = 0;
    changedNotice.hidden = true;
    form.querySelector("fieldset")?.focus();
    send();
  });
  changedNotice.querySelector("[data-show-saved]").addEventListener("click", () => {
    leaving = true;
    keptHere.wipe(key);
  });

  async function onSubmit(event) {
    event.preventDefault();
    const isSaved = !stopped && (await send());
    // Whoever pressed is led to why nothing happens.
    const told = [changedNotice, closedNotice, signedOutNotice, otherNotice].find((each) => !each.hidden);
    offlineNotice.hidden = isSaved || Boolean(told);
    if (!isSaved) goTo(told ?? offlineNotice);
    if (isSaved && event.submitter?.value === "finish") {
      leaving = true;
      location.assign(form.dataset.finish);
    }
    if (isSaved && event.submitter?.name === "language") {
      leaving = true;
      form.append(hidden("language", event.submitter.value));
      form.submit();
    }
    if (isSaved && event.submitter?.value === "hand_in") {
      leaving = true;
      form.append(hidden("action", "hand_in"));
      form.submit();
    }
  }

  function post(fields) {
    const headers = { Accept: "application/json" };
    // The same answers are not set aside twice: by then their learner may have sent them.
    if (without(fields) === answersSetAside) {
      headers["X-Made-For"] = form.elements.made_for.value;
      fields.delete("made_for");
    }
    return fetch(form.dataset.save, {
      method: "POST",
      body: fields,
      headers,
      redirect: "error",
      // A save that is under way outlives the page, as far as browsers allow.
      keepalive: fields.toString().length < MOST_KEPT_ALIVE,
    });
  }

  function body() {
    return new URLSearchParams(new FormData(form));
  }

  // What is not saved yet outlives a reload of this tab.
  function remember() {
    if (answers(form) === saved) {
      keptHere.wipe(key);
      return;
    }
    keptHere.write(key, {
      base: base.value,
      answers: answers(form),
      sent: sending && without(sending),
      address: form.dataset.save,
      body: body().toString(),
    });
  }

  function restore() {
    const kept = keptHere.read(key);
    if (!kept || stopped) return;
    // The server is where it was; or one save on, and that save was ours.
    const same = kept.base === base.value;
    const ours = Number(kept.base) + 1 === Number(base.value) && kept.sent === saved;
    if (!same && !ours) {
      keptHere.wipe(key);
      return;
    }
    fill(form, new URLSearchParams(kept.answers));
    if (answers(form) === saved) return;
    say("restored");
    schedule(PAUSE);
  }

  function say(state) {
    const words = status.dataset[state];
    status.dataset.state = { stopped: "unsaved", restored: "saving" }[state] ?? state;
    if (state === "saving") {
      // A short save is not worth saying.
      clearTimeout(say.later);
      say.later = setTimeout(() => status.dataset.state === "saving" && write(words), 500);
      return;
    }
    clearTimeout(say.later);
    write(words);
  }

  function write(words) {
    if (status.textContent !== words) status.textContent = words;
  }

  function count() {
    const questions = [...form.querySelectorAll("fieldset[data-kind]")];
    for (const question of questions) question.dataset.complete = isAnswered(question);
    const done = questions.filter((question) => question.dataset.complete === "true").length;
    const words = form.querySelector("[data-answered]");
    words.textContent = words.dataset.words
      .replace("{done}", done)
      .replace("{total}", questions.length);
    form.querySelector("[data-progress]").value = done;
    form.dispatchEvent(new Event("counted"));
  }
}

function hidden(name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  return field;
}

function isAnswered(question) {
  const written = [...question.querySelectorAll("select, input[type=text], textarea")];
  if (written.length) return written.every((field) => field.value.trim());
  const chosen = new Set([...question.querySelectorAll("input:checked")].map((input) => input.name));
  return [...question.querySelectorAll("input")].every((input) => chosen.has(input.name));
}

// The answers of the form in one line, to compare and to keep.
function answers(form) {
  return without(new URLSearchParams(new FormData(form)));
}

function without(fields) {
  const kept = new URLSearchParams();
  for (const [name, value] of fields) if (name.startsWith("item-") && value) kept.append(name, value);
  kept.sort();
  return kept.toString();
}

// The fields of one item, whose names begin with its own, as one text.
function partOf(fields, item) {
  return [...fields].filter(([name]) => isOf(item, name)).map((field) => field.join("=")).sort().join("&");
}

function replacePart(fields, item, values) {
  for (const name of new Set(fields.keys())) if (isOf(item, name)) fields.delete(name);
  for (const [name, value] of values) fields.append(name, value);
}

function isOf(item, name) {
  return name === item || name.startsWith(`${item}-`);
}

function fill(form, fields) {
  for (const input of form.querySelectorAll("input[name^=item-]")) {
    if (input.type === "text") input.value = fields.get(input.name) ?? "";
    else input.checked = fields.getAll(input.name).includes(input.value);
  }
  for (const field of form.querySelectorAll("select[name^=item-], textarea[name^=item-]")) {
    field.value = fields.get(field.name) ?? "";
  }
  tellKinds(form);
}

// A kind's own script shows what its fields hold; it hears "filled" when they were set for it.
function tellKinds(form) {
  for (const question of form.querySelectorAll("fieldset[data-kind]")) {
    question.dispatchEvent(new Event("filled"));
  }
}

function isJson(response) {
  return (response.headers.get("Content-Type") ?? "").startsWith("application/json");
}

function forget(attempt) {
  keptHere.wipe(PREFIX + attempt);
}
