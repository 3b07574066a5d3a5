// On the staff pages: every request that a script of this page sends, and every form that a script
// makes, says whose page it is. Where they are not signed in any more, the page says so.

(() => {
  const stamp = document.querySelector("meta[name=made-for]")?.content;
  if (!stamp) return;
  const HEADER = "X-Made-For";
  const isOurs = (url) => new URL(url, location.href).origin === location.origin;

  const { fetch } = window;
  window.fetch = async (resource, options) => {
    const request = new Request(resource, options);
    if (!isOurs(request.url)) return fetch(request);
    request.headers.set(HEADER, stamp);
    const response = await fetch(request);
    const state = response.headers.get("X-Page-Owner");
    hear(state);
    if (state) noteSetAside(request.url, await response.clone().json());
    return response;
  };

  // The form that the editor could not save by itself names what the server keeps of it, so that
  // it is forgotten once the form is saved after all.
  function noteSetAside(address, reply) {
    if (!reply.set_aside) return;
    for (const form of document.querySelectorAll("form[method=post i]")) {
      if (form.action !== address) continue;
      form.querySelector("[name=set_aside]")?.remove();
      addField(form, "set_aside", reply.set_aside);
    }
  }

  function addField(form, name, value) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }

  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.staysHere = isOurs(url);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.staysHere) {
      this.setRequestHeader(HEADER, stamp);
      this.addEventListener("load", () => hear(this.getResponseHeader("X-Page-Owner")));
    }
    return send.call(this, body);
  };

  document.addEventListener(
    "submit",
    ({ target }) => {
      if (target.method !== "post" || target.elements.made_for || !isOurs(target.action)) return;
      addField(target, "made_for", stamp);
    },
    { capture: true },
  );

  function hear(state) {
    const template = state && document.querySelector(`template[data-page-owner=${state}]`);
    const shown = document.querySelector("[data-page-owner-notice]");
    if (!template) {
      shown?.remove();
      return;
    }
    if (shown?.dataset.pageOwnerNotice === state) return;
    shown?.remove();
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.dataset.pageOwnerNotice = state;
    document.body.prepend(notice);
  }
})();
