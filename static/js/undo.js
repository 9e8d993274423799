// Counts down what can still be taken back. Without it the page says until what time.
(() => {
  "use strict";

  for (const notice of document.querySelectorAll("[data-undo-seconds]")) {
    const left = notice.querySelector("[data-seconds]");
    const ends = Date.now() + Number(notice.dataset.undoSeconds) * 1000;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      left.textContent = String(seconds);
      if (seconds > 0) return;
      clearInterval(timer);
      notice.querySelector("form").remove();
      notice.querySelector("[data-gone]").hidden = false;
    };
    for (const one of notice.querySelectorAll("[data-counting]")) one.hidden = false;
    for (const one of notice.querySelectorAll("[data-still]")) one.hidden = true;
    const timer = setInterval(tick, 1000);
    tick();
  }

  // A button that copies a text, where the browser lets it.
  for (const button of document.querySelectorAll("[data-copies]")) {
    const text = document.getElementById(button.dataset.copies);
    if (!navigator.clipboard || !text) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.value);
      button.textContent = button.dataset.done;
    });
  }
})();
