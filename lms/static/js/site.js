// Small comforts for every page. Everything works without them.

const menus = [...document.querySelectorAll("details[data-menu]")];

document.addEventListener("click", (event) => {
  for (const menu of menus) {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A refused form is in view and has the focus, also where a browser knows no autofocus but on fields.
document.querySelector("[data-error-summary]")?.focus();

// A password may be looked at while it is typed.
for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.dataset.showPassword);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  // What is sent and kept by the browser is a password again.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}

// Something to type elsewhere is copied whole.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.parentElement.querySelector("[data-copy-state]").textContent = button.dataset.copied;
  });
}

// What is being made is looked for now and then, and the page goes on when it is there.
for (const note of document.querySelectorAll("[data-ready-at]")) {
  let looks = 40;
  const look = async () => {
    looks -= 1;
    const answer = await fetch(note.dataset.readyAt, { method: "HEAD" }).catch(() => null);
    if (answer?.status === 200) location.assign(note.dataset.readyGo);
    else if (looks) setTimeout(look, 3000);
  };
  setTimeout(look, 3000);
}

// Whose help lines come first is guessed from the browser's languages until it says its time zone.
for (const box of document.querySelectorAll("details[data-lines]")) {
  box.addEventListener(
    "toggle",
    async () => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const answer = await fetch(`${box.dataset.lines}?zone=${encodeURIComponent(timeZone)}`).catch(() => null);
      if (answer?.ok) box.querySelector("[data-help-panel]").innerHTML = await answer.text();
    },
    { once: true },
  );
}

// Times are shown in the zone of whoever joins, as their browser says it.
for (const field of document.querySelectorAll("[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// What takes the focus, with the words around it, stops below the strip of Help now, however
// many lines its words take.
const strip = document.querySelector(".help-strip");
if (strip) {
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingBlockStart = `${strip.offsetHeight + 64}px`;
  }).observe(strip);
}

// Exit this page: nothing of it is seen from the first moment, and going back does not lead to it.
document.addEventListener("click", (event) => {
  const way = event.target.closest("a[data-exit]");
  if (!way) return;
  event.preventDefault();
  document.body.hidden = true;
  location.replace(way.href);
});

// A link to something inside a closed box opens the box.
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  for (let box = target?.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
}
addEventListener("hashchange", openTarget);
openTarget();

// A form that must not end on a browser's own error page asks first whether we can be reached.
const PATIENCE = 6000;

async function canBeReached() {
  try {
    const answer = await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok;
  } catch {
    return false;
  }
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.dataset.offline || form.dataset.reached) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.asking) return;
    const { submitter } = event;
    form.dataset.asking = "yes";
    const reached = await canBeReached();
    delete form.dataset.asking;
    form.querySelector("[data-no-connection]")?.remove();
    if (reached) {
      form.dataset.reached = "yes";
      form.requestSubmit(submitter);
      return;
    }
    const notice = document.createElement("p");
    notice.className = "notice notice--warning";
    notice.setAttribute("role", "alert");
    notice.dataset.noConnection = "";
    notice.textContent = form.dataset.offline;
    form.append(notice);
    notice.scrollIntoView({ block: "nearest" });
  },
  { capture: true },
);
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-reached]")) delete form.dataset.reached;
});

// On paper nothing can be opened, so everything is.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("main details:not([open])")];
  for (const box of closed) box.open = true;
});
addEventListener("afterprint", () => {
  for (const box of closed) box.open = false;
  closed = [];
});

// What was typed goes on paper whole, as it stands in the box at that moment, saved or not. Only
// what a server rendered stands there without a script. A box that is itself hidden is left out:
// a script shows what it holds in another way.
addEventListener("beforeprint", () => {
  const boxes = ":is(textarea, select, input:is([type=text], [type=email], [type=number], [type=date], :not([type]))):not([hidden])";
  for (const box of document.querySelectorAll(boxes)) {
    let words = box.nextElementSibling;
    if (!words?.classList.contains("on-paper")) {
      words = document.createElement(box.matches("textarea") ? "p" : "span");
      words.className = "on-paper";
      words.setAttribute("aria-hidden", "true");
      box.after(words);
    }
    words.textContent = box.matches("select") ? (box.selectedOptions[0]?.value ? box.selectedOptions[0].text : "") : box.value;
  }
});
