// Keeps what is typed in a note on our own server. Without it, sending does so.
(() => {
  "use strict";

  const EVERY = 20_000;

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const typed = () => new URLSearchParams(new FormData(form)).toString();
    const told = form.querySelector("[data-kept]");
    let kept = typed();

    const keep = async () => {
      const now = typed();
      if (now === kept || form.dataset.sent) return;
      const former = kept;
      kept = now;
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST",
          body: new URLSearchParams(now),
          keepalive: true,
          redirect: "error",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        told.hidden = false;
      } catch {
        // The next round tries again; what is typed stands in the page.
        kept = former;
        told.hidden = true;
      }
    };

    form.addEventListener("input", () => {
      told.hidden = true;
    });
    setInterval(keep, EVERY);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) keep();
    });
  }
})();
