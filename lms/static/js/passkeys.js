// Shows what needs passkeys where the browser has them, and says kindly when one was not used.

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = true;
}

// A choice that stands in the form beside it counts for signing in by a passkey, too.
const choice = document.querySelector("[data-copies]");
const chosen = choice && document.getElementById(choice.dataset.copies);
if (chosen) {
  const copy = () => {
    choice.value = chosen.checked ? "on" : "";
  };
  chosen.addEventListener("change", copy);
  copy();
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.querySelector("[data-passkey-problem]");
  if (problem) problem.hidden = false;
});
