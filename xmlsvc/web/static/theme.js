// Colours before the first paint: the choice is the server's (a cookie), "auto" follows the system.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  if (root.dataset.themeChoice !== "auto") return;
  var dark = matchMedia("(prefers-color-scheme: dark)");
  var apply = function () { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); };
  dark.addEventListener("change", apply);
  apply();
})();
