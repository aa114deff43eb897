// What makes pages smoother. Each works without it too.
(function () {
  "use strict";

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
    // A filter begins a list anew, whatever the address had: as it does where a browser sends it by itself.
    if (event.target.matches("form.filters")) event.detail.path = event.detail.path.split(/[?#]/)[0];
  });

  // Buttons that need this script are hidden until it is here.
  function wake(root) {
    root.querySelectorAll("[data-copy][hidden], [data-close][hidden], [data-download][hidden]").forEach((button) => (button.hidden = false));
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("is-copied");
    window.setTimeout(() => button.classList.remove("is-copied"), 1500);
  }

  function download(button) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([button.dataset.content], { type: "application/json" }));
    link.download = button.dataset.download;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function closeMenus(but) {
    document.querySelectorAll("details.dropdown[open]").forEach((menu) => {
      if (menu !== but) menu.open = false;
    });
  }

  document.addEventListener("click", (event) => {
    const copied = event.target.closest("[data-copy]");
    const closed = event.target.closest("[data-close]");
    const downloaded = event.target.closest("[data-download]");
    if (copied) copy(copied);
    if (closed) closed.parentElement.remove();
    if (downloaded) download(downloaded);
    closeMenus(event.target.closest("details.dropdown"));
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      const menu = event.target.closest("details.dropdown[open]");
      closeMenus(null);
      if (menu) menu.querySelector("summary").focus();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    const wanted = document.querySelector(`[data-focus-key="${CSS.escape(event.key)}"]`);
    if (wanted) {
      event.preventDefault();
      wanted.focus();
      wanted.select();
    }
  });

  // Filters send themselves when one is changed; typing is left to a pause of the hand, by htmx.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-sends-itself]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });

  // A box at the head of a list checks all of its rows, and the bar of actions tells how many are.
  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-bulk]");
    if (!list) return;
    const boxes = [...list.querySelectorAll("input[type=checkbox][name]")];
    if (event.target.matches("[data-all]")) boxes.forEach((box) => (box.checked = event.target.checked));
    const checked = boxes.filter((box) => box.checked).length;
    list.querySelectorAll("[data-checked]").forEach((place) => (place.textContent = String(checked)));
  });

  document.addEventListener("htmx:load", (event) => wake(event.target));
  document.addEventListener("DOMContentLoaded", () => wake(document));
})();
