// Runs before the first paint, as a file of its own because the page's policy allows no inline script.
(function () {
  try {
    var on = document.documentElement;
    var theme = localStorage.getItem("heard.theme");
    if (theme === "light" || theme === "dark") on.dataset.theme = theme;
    if (localStorage.getItem("heard.density") === "compact") on.dataset.density = "compact";
  } catch {
    // Storage may be denied; the system's theme holds then.
  }
})();
