// Ordering with a script: each step gets buttons that move it; its select stays in the form.

for (const list of document.querySelectorAll("[data-order]")) makeMovable(list);

function makeMovable(list) {
  const question = list.closest("fieldset");
  question.querySelector("[data-without-script]").hidden = true;
  question.querySelector("[data-with-script]").hidden = false;
  const announcement = document.createElement("p");
  announcement.className = "visually-hidden";
  announcement.setAttribute("role", "status");
  list.after(announcement);

  for (const step of steps()) {
    const select = step.querySelector("select");
    const label = step.querySelector("label");
    select.hidden = true;
    const text = document.createElement("span");
    text.className = label.className;
    text.id = `${select.id}-text`;
    text.textContent = label.textContent;
    label.replaceWith(text);
    const number = document.createElement("span");
    number.className = "order__number";
    number.setAttribute("aria-hidden", "true");
    step.prepend(number);
    const buttons = document.createElement("span");
    buttons.className = "order__buttons";
    buttons.append(button(step, -1), button(step, 1));
    step.append(buttons);
  }
  question.addEventListener("filled", arrange);
  arrange();

  function steps() {
    return [...list.querySelectorAll("[data-step]")];
  }

  function button(step, by) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "order__button";
    element.dataset.by = by;
    element.setAttribute("aria-label", `${by < 0 ? list.dataset.up : list.dataset.down}: ${step.querySelector(".order__text").textContent}`);
    element.append(arrow(by));
    element.addEventListener("click", () => move(step, by, element));
    element.addEventListener("keydown", (event) => {
      const towards = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!towards) return;
      event.preventDefault();
      move(step, towards, element);
    });
    return element;
  }

  function move(step, by, focused) {
    const all = steps();
    const neighbour = all[all.indexOf(step) + by];
    if (!neighbour) return;
    if (by < 0) neighbour.before(step);
    else neighbour.after(step);
    steps().forEach((each, index) => {
      each.querySelector("select").value = String(index + 1);
      each.classList.toggle("order__step--moved", each === step);
    });
    number();
    focused.focus();
    announcement.textContent = list.dataset.moved
      .replace("{place}", steps().indexOf(step) + 1)
      .replace("{total}", all.length);
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Put the steps where their selects say, and say where they are.
  function arrange() {
    const all = steps();
    if (all.every((step) => step.querySelector("select").value)) {
      all.sort((a, b) => a.querySelector("select").value - b.querySelector("select").value);
      list.append(...all);
    }
    number();
  }

  function number() {
    const all = steps();
    const given = all.every((step) => step.querySelector("select").value);
    list.dataset.order = given ? "given" : "";
    all.forEach((step, index) => {
      step.querySelector(".order__number").textContent = given ? index + 1 : "·";
      const [up, down] = step.querySelectorAll(".order__button");
      up.setAttribute("aria-disabled", String(index === 0));
      down.setAttribute("aria-disabled", String(index === all.length - 1));
    });
  }
}

function arrow(by) {
  const drawing = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(drawing, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(drawing, "path");
  path.setAttribute("d", by < 0 ? "M12 19V5m-6 6 6-6 6 6" : "M12 5v14m6-6-6 6-6-6");
  svg.append(path);
  return svg;
}
