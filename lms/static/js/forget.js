// Whatever this tab kept for somebody who is not signed in here any more is handed over to the
// server, which sets it aside for them alone, and is wiped: nothing stays behind on a shared
// computer.

const owner = document.querySelector("meta[name=made-for]")?.content.split(":")[0];

for (const key of Object.keys(sessionStorage)) {
  if (!key.startsWith("peerwork:")) continue;
  const kept = JSON.parse(sessionStorage.getItem(key));
  const fields = new URLSearchParams(kept?.body ?? "");
  const writer = fields.get("made_for")?.split(":")[0];
  if (owner && writer === owner) continue;
  sessionStorage.removeItem(key);
  if (!writer) continue;
  const headers = { Accept: "application/json" };
  fetch(kept.address, { method: "POST", body: fields, headers, keepalive: true }).catch(() => {});
}

// A browser that goes back writes into the forms what was typed there before, whoever typed it. The
// entry of its history says who that was.
const typist = history.state?.madeFor;
const emptyForms = () => { for (const form of document.forms) form.reset(); };

if (typist && typist !== owner) {
  emptyForms();
  addEventListener("pageshow", emptyForms); // some browsers write later
}
const noteOwner = () => history.replaceState({ ...history.state, madeFor: owner }, "");
noteOwner();
addEventListener("hashchange", noteOwner);
