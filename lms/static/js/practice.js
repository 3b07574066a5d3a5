// Playing a conversation: one press is one reply, and what just happened is where one goes on.
// Everything works without this.

for (const form of document.querySelectorAll("[data-replies]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}

// A page that the browser kept may be answered again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-replies]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

if (location.hash === "#now") document.getElementById("now")?.focus({ preventScroll: true });
