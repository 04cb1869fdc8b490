/**
 * Keeps the page of `live` at what the server says now. Only the parts that changed are exchanged, so that nobody loses a place,
 * a selection or the focus; a reader may stop it, and a page that is old says so.
 */
(() => {
  "use strict";
  const every = 2000;
  const pause = document.getElementById("pause");
  const state = document.getElementById("state");
  let answered = new Date();
  let isPaused = false;

  function show() {
    pause.textContent = isPaused ? "go on" : "pause";
    pause.setAttribute("aria-pressed", String(isPaused));
  }

  /** @param {Document} page */
  function take(page) {
    document.title = page.title;
    document.querySelector("main").className = page.querySelector("main").className;
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = document.querySelector('[data-part="' + part.dataset.part + '"]');
      if (old && old.innerHTML !== part.innerHTML) old.replaceChildren(...document.importNode(part, true).childNodes);
    }
  }

  async function refresh() {
    if (!isPaused && !document.hidden) {
      try {
        const answer = await fetch("/", { cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!isPaused) take(page);
        answered = new Date();
        state.textContent = "";
      } catch {
        state.textContent = "no answer since " + answered.toLocaleTimeString() + ": this page is old";
      }
    }
    setTimeout(refresh, every);
  }

  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    state.textContent = isPaused ? "paused at " + answered.toLocaleTimeString() : "";
    show();
  });
  show();
  setTimeout(refresh, every);
})();
