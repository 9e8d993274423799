// One key for what is done all day: a page marks the goal with data-key. Never while
// somebody types, and not with Ctrl, Alt or Meta, which belong to the browser.
(() => {
  "use strict";

  const TYPING = "input, textarea, select, [contenteditable]";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest?.(TYPING)) return;
    if (!["/", "n", "?"].includes(event.key)) return;
    const goal = document.querySelector(`[data-key="${event.key}"]`);
    if (!goal) return;
    event.preventDefault();
    if (goal.matches(TYPING)) goal.focus();
    else goal.click();
  });
})();
