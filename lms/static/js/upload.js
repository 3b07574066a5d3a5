// How much of a film has come, while it is sent. Without this the form works as any other form
// does: it is sent, and its answer is a page.

const files = (root = document) => root.querySelectorAll('input[type="file"][data-most-bytes]');

const sizeOf = (bytes) =>
  bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.round(bytes / 1024 ** 2)} MB`;

// A line under the file says how large it is, whether that is too large, and then how far it is.
function lineOf(input) {
  let line = input.parentElement.querySelector("[data-upload-state]");
  if (!line) {
    line = document.createElement("div");
    line.dataset.uploadState = "";
    line.className = "upload-state";
    line.setAttribute("role", "status");
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.hidden = true;
    bar.setAttribute("aria-label", input.dataset.sending);
    line.append(bar, document.createElement("span"));
    input.insertAdjacentElement("afterend", line);
  }
  return { bar: line.querySelector("progress"), words: line.querySelector("span") };
}

function isTooLarge(input) {
  const file = input.files?.[0];
  return Boolean(file) && file.size > Number(input.dataset.mostBytes);
}

function showSize(input) {
  const file = input.files?.[0];
  const { bar, words } = lineOf(input);
  bar.hidden = true;
  words.textContent = file ? `${isTooLarge(input) ? input.dataset.tooLarge : ""} (${sizeOf(file.size)})`.trim() : "";
}

function showProgress(input, sent, total) {
  const { bar, words } = lineOf(input);
  const share = total ? Math.floor((sent / total) * 100) : 0;
  bar.hidden = false;
  if (sent < total) {
    bar.value = share;
    words.textContent = `${share} % · ${sizeOf(sent)} / ${sizeOf(total)}`;
  } else {
    // All of it has come, and is being looked at: how long that takes nobody knows.
    bar.removeAttribute("value");
    words.textContent = input.dataset.looking;
  }
}

function showFailure(input) {
  const { bar, words } = lineOf(input);
  bar.hidden = true;
  words.textContent = input.dataset.failed;
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.('input[type="file"][data-most-bytes]')) showSize(event.target);
});

// A page of its own: it is sent here, and its answer takes the place of the page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const input = form.matches(".media-upload") ? null : files(form)[0];
  if (!input?.files?.length) return;
  if (isTooLarge(input)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    showSize(input);
    input.focus();
    return;
  }
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => showProgress(input, loaded, total));
  request.addEventListener("error", () => enable(form, input));
  request.addEventListener("load", () => {
    if (request.responseURL && new URL(request.responseURL).href !== new URL(form.action).href) {
      window.location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = answer.querySelector("main");
    if (main) document.querySelector("main").replaceWith(main);
    else enable(form, input);
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
});

function enable(form, input) {
  showFailure(input);
  for (const button of form.querySelectorAll("button")) button.disabled = false;
}

// In the editor the form stands in a window of Wagtail's, which sends it by jQuery.
window.jQuery?.ajaxPrefilter((options) => {
  const form = document.querySelector(".media-upload:not([hidden])");
  if (!(options.data instanceof FormData) || !form) return;
  const input = [...files()].find((each) => each.closest(".media-upload") && each.files.length);
  if (!input) return;
  const request = window.jQuery.ajaxSettings.xhr();
  request.upload.addEventListener("progress", ({ loaded, total }) => showProgress(input, loaded, total));
  request.addEventListener("error", () => showFailure(input));
  options.xhr = () => request;
});
