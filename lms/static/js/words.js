// A word of the glossary opens its meaning where it stands. Without this script it leads to the
// glossary, and so it does for whoever asks for a new tab.

function boxOf(word) {
  return document.getElementById(word.dataset.meaning);
}

function toggle(word, opens) {
  const box = boxOf(word);
  const line = word.closest("li, p") ?? word;
  if (line.matches("li")) line.append(box);
  else line.after(box);
  box.hidden = !opens;
  word.setAttribute("aria-expanded", String(opens));
}

for (const word of document.querySelectorAll("a.word")) {
  if (!boxOf(word)) continue;
  word.setAttribute("role", "button");
  word.setAttribute("aria-expanded", "false");
  word.setAttribute("aria-controls", word.dataset.meaning);
  word.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggle(word, boxOf(word).hidden);
  });
  word.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      word.click();
    } else if (event.key === "Escape") {
      toggle(word, false);
    }
  });
}
