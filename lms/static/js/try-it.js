// A box in the editor of a question: what is typed in it is marked by the form as it stands.

const PAUSE = 300;

for (const box of document.querySelectorAll("[data-try-it]")) makeAnswering(box);

function makeAnswering(box) {
  const input = box.querySelector("input");
  const outcome = box.querySelector("[role=status]");
  const form = box.closest("form");
  let timer = 0;
  let newest = 0;

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // here it must not save the form
    ask();
  });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    clearTimeout(timer);
    const number = ++newest;
    if (!input.value.trim()) {
      outcome.replaceChildren();
      return;
    }
    const words = await explain().catch(() => null);
    if (number !== newest) return; // something was typed since
    if (words === null) outcome.textContent = box.dataset.failed;
    else outcome.innerHTML = words;
  }

  async function explain() {
    const response = await fetch(box.dataset.tryIt, { method: "POST", body: new FormData(form) });
    return response.ok && !response.redirected ? response.text() : null;
  }
}
