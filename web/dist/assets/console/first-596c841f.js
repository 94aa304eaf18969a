(function () {
var on = document.documentElement;
try {
var theme = localStorage.getItem("heard.theme");
if (theme === "light" || theme === "dark") on.dataset.theme = theme;
if (localStorage.getItem("heard.density") === "compact") on.dataset.density = "compact";
} catch {
}
var at = location.pathname.split("/");
var inbox = /^(inbox|tickets)?$/.test(at[1]);
var ticket = inbox && at[1] === "inbox" ? at[3] : inbox ? at[2] : undefined;
on.dataset.frame = at[1] === "join" ? "none" : inbox ? (ticket ? "ticket" : "list") : "page";
var program = document.currentScript.dataset.program;
function begin() {
if (program) import(program).catch(function () {});
program = "";
}
document.addEventListener("DOMContentLoaded", function () {
requestAnimationFrame(function () {
setTimeout(begin);
});
setTimeout(begin, 250);
});
if (!("known" in on.dataset) || at[1] === "join") return;
var asked = {};
function ask(path) {
asked[path] = fetch("/api/v1" + path, { credentials: "same-origin", headers: { Accept: "application/json" } });
asked[path].catch(function () {});
}
ask("/me");
var view = at[1] === "tickets" ? "all" : at[2] || "mine";
if (inbox && location.search === "" && /^(mine|unassigned|all|team:\d+)$/.test(view)) {
ask("/tickets?view=" + view.replace(":", "%3A") + "&status=open" + (view === "unassigned" ? "" : "%2Cpending") + "&limit=50");
}
if (/^\d+$/.test(ticket)) {
ask("/tickets/" + ticket);
}
window.heardAsked = asked;
})();
