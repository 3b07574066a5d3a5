// A long paper with a script: one section at a time, and a list that leads to each question.
// Without it the sections stand below one another, and the same links lead to the same places.

const form = document.querySelector("form[data-paper]");
const sections = [...form.querySelectorAll("[data-section]")];

form.addEventListener("counted", showStates);
if (sections.length > 1) {
  window.addEventListener("hashchange", () => goTo(location.hash));
  const resume = form.querySelector("[data-resume]");
  if (location.hash && placeOf(location.hash)) goTo(location.hash);
  else show(sectionOf(placeOf(resume?.hash ?? "")) ?? sections[0]);
  // A link to where one is already changes no address, and still leads there.
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#item-'], a[href^='#section-']");
    if (link && link.hash === location.hash) goTo(link.hash);
  });
}

function goTo(hash) {
  const place = placeOf(hash);
  const section = sectionOf(place);
  if (!section) return;
  show(section);
  form.querySelector("[data-question-list]")?.removeAttribute("open");
  const target = place === section ? section.querySelector(".paper__section-title") : place;
  target.scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
}

function placeOf(hash) {
  return hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
}

function sectionOf(place) {
  return place?.closest("[data-section]") ?? null;
}

function show(section) {
  for (const each of sections) each.hidden = each !== section;
}

// The list says which questions have an answer, as the paper counts them.
function showStates() {
  for (const link of form.querySelectorAll("[data-question-list] [data-go]")) {
    const isAnswered = placeOf(link.hash)?.dataset.complete === "true";
    link.dataset.state = isAnswered ? "answered" : "open";
    const words = link.querySelector("[data-state-words]");
    words.textContent = isAnswered ? words.dataset.done : words.dataset.open;
  }
}
