// Answers for the site where there is no connection: with a page of a module that is kept on this phone,
// or with the page that says what is not. With a connection, everything comes from the site.
// It is there only where somebody keeps a module: docs/decisions/0136.

const FRAME = "/offline/";
const UNTIL = "/offline/until";
const OURS = "peerwork-";
const FILES = new Set(["style", "script", "image", "font", "manifest", "audio"]);
const MATCH = { ignoreSearch: true, ignoreVary: true };

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || url.pathname.startsWith("/admin/")) return;
  if (request.mode === "navigate") {
    event.respondWith(request.method === "GET" ? page(request, url) : send(request, url));
  } else if (request.method === "GET" && FILES.has(request.destination)) {
    event.respondWith(file(request));
  }
});

async function page(request, url) {
  try {
    return await fetch(request);
  } catch {
    const kept = (await isOver()) ? null : await caches.match(url.pathname, MATCH);
    return kept ?? (await caches.match(FRAME, MATCH)) ?? Response.error();
  }
}

// A form that did not reach the site is not sent again by a reload: the page that says so has an address.
async function send(request, url) {
  try {
    const response = await fetch(request);
    if (url.pathname === "/accounts/logout/") await wipe();
    return response;
  } catch {
    return Response.redirect(`${FRAME}?sent=1`, 303);
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(request.url, { ignoreVary: true });
    return kept ? part(kept, request.headers.get("Range")) : Response.error();
  }
}

// Players ask for a part of a recording, and some play nothing that is sent whole.
async function part(kept, range) {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  if (!asked) return kept;
  const whole = await kept.blob();
  const first = Number(asked[1]);
  const last = Math.min(asked[2] ? Number(asked[2]) : whole.size - 1, whole.size - 1);
  const headers = { "Content-Range": `bytes ${first}-${last}/${whole.size}`, "Content-Type": whole.type };
  if (first > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  return new Response(whole.slice(first, last + 1), { status: 206, headers });
}

// Nothing is read from the phone for longer than somebody could have stayed signed in.
async function isOver() {
  const until = await caches.match(UNTIL);
  return !until || Date.now() > Number(await until.text());
}

async function wipe() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS)).map((name) => caches.delete(name)));
}
