// Gives the choosers of Django's admin (select2) the name of their label.
"use strict";

(() => {
  const nameOf = (select) =>
    (document.querySelector(`label[for="${select.id}"]`)?.textContent ?? "")
      .replace(/:\s*$/, "")
      .trim();

  const name = (select) => {
    const box = select.nextElementSibling;
    const label = nameOf(select);
    const parts = "[role=combobox], [role=textbox], input[type=search]";
    for (const part of box?.querySelectorAll(parts) ?? []) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", label);
    }
  };

  const nameAll = () =>
    document
      .querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")
      .forEach(name);

  window.addEventListener("load", () => {
    const jQuery = window.django?.jQuery;
    if (!jQuery) return;
    // After the admin's own code, which makes the choosers when jQuery is ready.
    jQuery(() => setTimeout(nameAll));
    // A choice draws the chooser anew.
    jQuery(document).on("select2:select select2:unselect", nameAll);
    jQuery(document).on("select2:open", ({ target }) => {
      const parts =
        ".select2-container--open .select2-search__field, .select2-results__options";
      for (const part of document.querySelectorAll(parts)) {
        part.setAttribute("aria-label", nameOf(target));
      }
    });
  });
  document.addEventListener("formset:added", () => setTimeout(nameAll));
})();
