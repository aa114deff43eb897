// Enter in the fields of a test asks for that test, and not for the first button of the form.
(function () {
  "use strict";

  document.addEventListener("keydown", (event) => {
    const wanted = event.target.closest("[data-enter]");
    if (event.key !== "Enter" || !wanted) return;
    event.preventDefault();
    document.getElementById(wanted.dataset.enter).click();
  });
})();
