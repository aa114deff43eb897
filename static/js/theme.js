// Before anything is drawn: the theme that the system prefers, where nobody chose one.
(function () {
  const root = document.documentElement;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = prefersDark.matches ? "dark" : "light";
  }
  follow();
  prefersDark.addEventListener("change", follow);
})();
