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
    nameAll();
    // A choice draws the chooser anew.
    window.django?.jQuery(document).on("select2:select select2:unselect", nameAll);
    window.django?.jQuery(document).on("select2:open", ({ target }) => {
      const label = nameOf(target);
      for (const part of document.querySelectorAll(
        ".select2-container--open .select2-search__field, .select2-results__options",
      )) {
        part.setAttribute("aria-label", label);
      }
    });
  });
  document.addEventListener("formset:added", () => setTimeout(nameAll));
})();
