// Runs before the first paint, as a file of its own because the page's policy allows no inline script.
(function () {
  try {
    var choice = localStorage.getItem("heard.theme");
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
  } catch {
    // Storage may be denied; the system's theme holds then.
  }
})();
