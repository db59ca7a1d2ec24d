// Niceties on top of pages that work without script: keys, relative dates, copying, dropping files.
(function () {
  "use strict";

  var typing = function (element) {
    return element && ((/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== "checkbox") || element.shadowRoot);
  };

  // Relative dates: <time datetime> keeps its ISO text; a hint is added beside it.
  var steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [86400 * 30, "day", 86400], [86400 * 365, "month", 86400 * 30], [Infinity, "year", 86400 * 365]];
  var relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
  var ago = function (date) {
    var seconds = (date - Date.now()) / 1000;
    for (var i = 0; i < steps.length; i++) {
      if (Math.abs(seconds) < steps[i][0]) return relative.format(Math.round(seconds / steps[i][2]), steps[i][1]);
    }
  };
  var refresh = function () {
    document.querySelectorAll("time.ago").forEach(function (element) {
      var date = new Date(element.dateTime);
      if (!isNaN(date)) element.dataset.ago = ago(date);
    });
  };
  refresh();
  setInterval(refresh, 60000);

  // Copy buttons.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      button.classList.add("copied");
      setTimeout(function () { button.classList.remove("copied"); }, 1200);
    });
  });

  // Keys.
  var rows = function () { return Array.prototype.slice.call(document.querySelectorAll("[data-row] a.primary")); };
  var move = function (by) {
    var all = rows();
    if (!all.length) return;
    var at = all.indexOf(document.activeElement);
    var next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  var keys = document.createElement("dialog");
  keys.className = "keys";
  keys.setAttribute("aria-label", "Keys");
  keys.innerHTML = "<h2>Keys</h2><dl><dt><kbd>/</kbd></dt><dd>search</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next and previous in a list</dd>" +
    "<dt><kbd>x</kbd></dt><dd>tick the row</dd><dt><kbd>n</kbd> <kbd>p</kbd></dt><dd>next and previous problem</dd><dt><kbd>e</kbd></dt><dd>edit the document; in the editor <kbd>f</kbd> form, <kbd>s</kbd> source, <kbd>Esc</kbd> out of a field</dd><dt><kbd>Ctrl</kbd> <kbd>S</kbd></dt><dd>save</dd><dt><kbd>f</kbd> <kbd>s</kbd> <kbd>o</kbd> <kbd>h</kbd> <kbd>r</kbd></dt><dd>fields, source, outputs, history, rows of a document</dd>" +
    "<dt><kbd>g</kbd> <kbd>d</kbd></dt><dd>the desk</dd><dt><kbd>?</kbd></dt><dd>this list</dd></dl><form method=\"dialog\"><button class=\"btn btn-sm btn-outline-secondary\">Close</button></form>";
  document.body.appendChild(keys);
  document.querySelectorAll("[data-keys]").forEach(function (button) { button.addEventListener("click", function () { keys.showModal(); }); });
  var problem = -1;
  var before = "";
  document.addEventListener("keydown", function (event) {
    var save = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && document.querySelector("[data-save]");
    if (save) { event.preventDefault(); save.click(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (typing(event.target) || keys.open) return;
    var search = document.getElementById("q");
    var last = before;
    before = event.key;
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x") {
      var row = document.activeElement && document.activeElement.closest("[data-row]");
      var box = row && row.querySelector('input[type="checkbox"]');
      if (box) box.click();
    }
    else if (event.key === "?") keys.showModal();
    else if (event.key === "d" && last === "g") { location.href = document.querySelector(".brand").href; }
    else if (event.key === "n" || event.key === "p") {
      var places = document.querySelectorAll(".note");
      if (!places.length) return;
      problem = Math.min(Math.max(problem + (event.key === "n" ? 1 : -1), 0), places.length - 1);
      places[problem].scrollIntoView({ block: "center" });
      places[problem].querySelector("a").focus({ preventScroll: true });
    } else {
      var target = document.querySelector('[data-key="' + (/^[a-z]$/.test(event.key) ? event.key : "") + '"]');
      if (target) { event.preventDefault(); target.click(); }
    }
  });

  // Upload: files may be dropped; each is sent by itself and gets its row at once.
  var zone = document.querySelector("form.drop");
  if (zone) {
    var input = zone.querySelector('input[type="file"]');
    var list = document.querySelector("#outcomes tbody");
    var section = document.getElementById("outcomes");
    var status = document.getElementById("upload-status");
    var queue = [], busy = false, done = 0, total = 0;
    var say = function () { status.textContent = done === total ? done + (done === 1 ? " file done" : " files done") : done + " of " + total + " files done"; };
    var next = function () {
      if (busy || !queue.length) return;
      busy = true;
      var item = queue.shift();
      var data = new FormData(zone);
      data.delete(input.name);
      data.append(input.name, item.file, item.file.name);
      fetch(zone.action, { method: "POST", body: data, headers: { "X-Fragment": "rows" }, credentials: "same-origin" })
        .then(function (answer) { return answer.text().then(function (body) { return [answer.ok, body]; }); })
        .then(function (pair) {
          if (!pair[0]) throw new Error(pair[1]);
          item.row.outerHTML = pair[1];
          refresh();
        })
        .catch(function () {
          item.row.querySelector(".outcome").textContent = "not sent: the connection failed or the service refused it; choose the file again";
        })
        .then(function () { busy = false; done += 1; say(); next(); });
    };
    var add = function (files) {
      section.hidden = false;
      Array.prototype.forEach.call(files, function (file) {
        var row = document.createElement("tr");
        var name = document.createElement("td");
        name.textContent = file.name;
        var outcome = document.createElement("td");
        outcome.className = "outcome";
        outcome.colSpan = 4;
        outcome.textContent = "waiting …";
        row.append(name, outcome);
        list.append(row);
        queue.push({ file: file, row: row });
        total += 1;
      });
      say();
      next();
    };
    zone.addEventListener("submit", function (event) {
      if (!input.files.length) return;
      event.preventDefault();
      add(input.files);
      input.value = "";
    });
    ["dragover", "dragenter"].forEach(function (kind) { zone.addEventListener(kind, function (event) { event.preventDefault(); zone.classList.add("over"); }); });
    ["dragleave", "drop"].forEach(function (kind) { zone.addEventListener(kind, function () { zone.classList.remove("over"); }); });
    zone.addEventListener("drop", function (event) { event.preventDefault(); add(event.dataTransfer.files); });
  }
})();
