// Whenever a page that was made for somebody is looked at again, it asks whether that person is still
// the one who is signed in here. Where they are not, all of it is covered, so that nobody reads what is
// another's. Underneath it stays as it was left, and it is shown again once its owner is back.
//
// The other tabs of the browser are told who opened a page, so that a page is covered before somebody
// else comes back to it.

(() => {
  const { fetch } = window; // the browser's own: on staff pages a script adds to it
  const PATIENCE = 10_000;
  const made = document.querySelector("meta[name=made-for]");
  const owner = made?.content.split(":")[0] ?? "";
  const tabs = new BroadcastChannel("peerwork:owner");
  tabs.postMessage(owner);
  if (!made) {
    tabs.close();
    return;
  }

  let isAsking = false;
  let cover = null;
  let covered = [];
  let title = "";

  tabs.addEventListener("message", ({ data }) => (cover || data !== owner) && ask());
  addEventListener("focus", ask);
  addEventListener("pageshow", ({ persisted }) => persisted && ask());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());

  async function ask() {
    if (isAsking) return;
    isAsking = true;
    const headers = { "X-Made-For": made.content, Accept: "application/json" };
    try {
      const response = await fetch(made.dataset.ask, { headers, signal: AbortSignal.timeout(PATIENCE) });
      show((await response.json()).state);
    } catch {
      // Without an answer the page stays as it is.
    } finally {
      isAsking = false;
    }
  }

  function show(state) {
    if (cover?.dataset.cover === state) return;
    cover?.remove();
    for (const part of covered) part.hidden = false;
    covered = [];
    if (cover) document.title = title;
    // Whoever is back has what could not be saved meanwhile saved at once.
    if (state === "own") document.dispatchEvent(new Event("ownerback"));
    cover = document.querySelector(`template[data-cover="${state}"]`)?.content.firstElementChild.cloneNode(true);
    if (!cover) return;
    cover.dataset.cover = state;
    covered = [...document.body.children].filter((part) => !part.hidden);
    for (const part of covered) part.hidden = true;
    document.body.prepend(cover);
    // The name of a tab may hold what was being written, too.
    title = document.title;
    document.title = cover.querySelector("h2").textContent;
    const way = cover.querySelector("[data-leads-back]");
    if (way) way.search = new URLSearchParams({ next: location.pathname + location.search });
    cover.focus();
  }
})();
