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

// A link to something inside a closed box opens the box.
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
}
addEventListener("hashchange", openTarget);
openTarget();

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
