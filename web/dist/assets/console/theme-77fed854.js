(function () {
try {
var on = document.documentElement;
var theme = localStorage.getItem("heard.theme");
if (theme === "light" || theme === "dark") on.dataset.theme = theme;
if (localStorage.getItem("heard.density") === "compact") on.dataset.density = "compact";
} catch {
}
})();
