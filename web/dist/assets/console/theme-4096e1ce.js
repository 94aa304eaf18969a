(function () {
try {
var choice = localStorage.getItem("heard.theme");
if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
}
})();
