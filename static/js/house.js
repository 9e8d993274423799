// Comfort only: every page does its job without this file.
(() => {
  "use strict";

  // For browsers that know autofocus on controls only, and after a swap.
  const focusProblems = (root) => {
    const heading = root.querySelector(".problems h2");
    if (heading && document.activeElement !== heading) heading.focus();
  };

  // A page with mistakes came by a post. Asked for anew by the back button it would be
  // sent once more; from here on the browser asks for the page itself.
  if (document.querySelector(".problems")) history.replaceState(null, "", location.href);

  const setBusy = (button) => {
    const wait = document.body.dataset.wait;
    button.dataset.label = button.innerHTML;
    button.setAttribute("aria-busy", "true");
    if (wait) button.textContent = wait;
  };

  const setReady = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      if (button.dataset.label) button.innerHTML = button.dataset.label;
    }
  };

  // A second press of the same form sends nothing; the button keeps its focus.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // htmx guards its own forms; a form that answers with a file may be sent again.
    if (form.method !== "post" || event.defaultPrevented) return;
    if ("repeat" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    // After the browser has read the button's own name and value.
    if (button) setTimeout(() => setBusy(button), 0);
  });

  // Back shows the page as it was left: make it usable again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach(setReady);
  });
  document.addEventListener("htmx:afterSwap", (event) => focusProblems(event.target));

  // Shift three times within two seconds leaves, where the page offers to leave.
  const exit = document.querySelector("[data-quick-exit]");
  if (exit) {
    const leave = (event) => {
      event?.preventDefault();
      document.body.hidden = true;
      document.title = "…";
      // Else going back may show what was typed here.
      for (const form of document.forms) form.reset();
      location.replace(exit.href);
    };
    document.querySelectorAll("[data-quick-exit]").forEach((link) => {
      link.addEventListener("click", leave);
    });
    let presses = [];
    document.addEventListener("keydown", (event) => {
      if (event.repeat) return;
      const now = Date.now();
      presses = event.key === "Shift" ? [...presses, now].slice(-3) : [];
      if (presses.length === 3 && now - presses[0] < 2000) leave();
    });
  }

  // Esc closes an open menu and gives the focus back.
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.("details.drop[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // A link to something folded unfolds it, also where the browser does not.
  const unfold = () => {
    const goal = document.getElementById(location.hash.slice(1));
    const folded = goal?.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    goal.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();

  // Later than the browser's own autofocus, which else complains.
  window.addEventListener("load", () => setTimeout(focusProblems, 150, document));
})();
