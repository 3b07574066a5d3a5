// On the staff pages: where a form was refused, the message at the top has the focus and leads to each
// field that is to be mended. Without this script it leads to the first of them.

addEventListener("load", () => {
  const message = document.querySelector(".messages .error");
  if (!message || document.activeElement !== document.body) return;
  const links = faultsOfPage().map(linkTo);
  if (links.length > 1) {
    const list = document.createElement("ul");
    list.className = "refused__faults";
    list.append(...links);
    message.append(list);
  }
  message.tabIndex = -1;
  message.focus();
});

function faultsOfPage() {
  const said = document.querySelectorAll("form :is(.error-message, .help-critical):not([hidden])");
  return [...said].map((words) => ({ words, field: fieldOf(words) })).filter(({ field }) => field);
}

// The field beside which a fault is said, or the first of the panel about which it is said.
function fieldOf(words) {
  const around = words.closest("[data-field-wrapper], [data-panel]");
  const fields = around?.querySelectorAll("input:not([type=hidden]), select, textarea, [contenteditable=true]");
  return [...(fields ?? [])].find((field) => field.checkVisibility());
}

function nameOf(field) {
  const label = field.labels?.[0] ?? document.getElementById(`${field.id}-label`);
  const panel = field.closest("[data-panel]")?.querySelector("[data-panel-heading-text]");
  return text(label) || text(panel) || field.getAttribute("aria-label") || "";
}

function text(element) {
  return element?.textContent.replace(/\s+/g, " ").replace(/\s*\*?\s*$/, "").trim() ?? "";
}

function linkTo({ words, field }) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  const name = nameOf(field);
  Object.assign(link, { href: `#${field.id}`, textContent: name ? `${name}: ${text(words)}` : text(words) });
  link.addEventListener("click", (event) => {
    event.preventDefault();
    field.focus();
  });
  line.append(link);
  return line;
}
