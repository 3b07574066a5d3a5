// Matching with a script: a choice that its select cuts short stands whole underneath.

const ROOM_FOR_ARROW = 56;

for (const select of document.querySelectorAll("fieldset[data-kind=matching] select")) {
  showWhole(select);
}

function showWhole(select) {
  const whole = document.createElement("p");
  whole.className = "pair__chosen";
  whole.setAttribute("aria-hidden", "true");
  select.after(whole);
  const pen = document.createElement("canvas").getContext("2d");
  const show = () => {
    const words = select.value ? select.selectedOptions[0].textContent : "";
    pen.font = getComputedStyle(select).font;
    const isCut = pen.measureText(words).width > select.clientWidth - ROOM_FOR_ARROW;
    whole.textContent = isCut ? words : "";
    whole.hidden = !isCut;
  };
  select.addEventListener("change", show);
  select.closest("fieldset").addEventListener("filled", show);
  new ResizeObserver(show).observe(select);
  select.form.addEventListener("reset", () => setTimeout(show));
  show();
}
