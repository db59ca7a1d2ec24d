// The form without reloading: what is typed is checked and kept after a moment, a button changes only what it changes.
// Everything here posts the same form that works without script.
(function () {
  "use strict";
  var editor = document.querySelector('[data-editor="form"]');
  if (!editor || !window.fetch || !window.DOMParser) return;
  var form = document.getElementById("editor");
  var waiting = null, running = null, dirty = false;

  var parse = function (text) { return new DOMParser().parseFromString(text, "text/html"); };
  var post = function (action) {
    var data = new URLSearchParams(new FormData(form));
    data.set("do", action);
    editor.classList.add("working");
    return fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Fragment": "form" } })
      .then(function (response) { return response.text().then(function (text) { return { url: response.url, page: parse(text) }; }); })
      .finally(function () { editor.classList.remove("working"); });
  };

  // After typing: problems, outline and bar are those of the answer; the fields stay as they are, being typed in.
  var patch = function (page) {
    ["rail", "outline"].forEach(function (id) {
      var from = page.getElementById(id), to = document.getElementById(id);
      if (from && to) to.innerHTML = from.innerHTML;
    });
    var message = form.querySelector('[name="reason"]'), bar = page.getElementById("bar");
    if (bar) {
      var focused = document.activeElement === message, value = message ? message.value : "";
      if (!focused) { document.getElementById("bar").innerHTML = bar.innerHTML; form.querySelector('[name="reason"]').value = value; }
      else ["what", "steps", "buttons"].forEach(function (part) {
        document.querySelector("#bar ." + part).innerHTML = bar.querySelector("." + part).innerHTML;
      });
    }
    var shape = page.querySelector('[name="shape"]');
    if (!shape || shape.value !== form.elements.shape.value) return false;
    document.querySelectorAll("#form .note").forEach(function (note) { note.remove(); });
    document.querySelectorAll("#form .bad").forEach(function (bad) { bad.classList.remove("bad"); });
    page.querySelectorAll("#form .note").forEach(function (note) {
      var home = note.closest("[id^=e]"), here = home && document.getElementById(home.id);
      if (!here) return;
      here.classList.add("bad");
      var place = here.querySelector(".cell .value") || here.querySelector(".group-body");
      if (place) place.append(document.importNode(note, true));
    });
    return true;
  };
  var check = function () {
    waiting = null;
    if (!dirty || running) return;
    dirty = false;
    running = post("typed").then(function (answer) { patch(answer.page); }, function () { dirty = true; }).then(function () {
      running = null;
      if (dirty) later();
    });
  };
  var later = function () { clearTimeout(waiting); waiting = setTimeout(check, 500); };

  // A button that changes the form: its answer is the form as it is then.
  var structural = function (action) {
    clearTimeout(waiting);
    dirty = false;
    (running || Promise.resolve()).then(function () { return post(action); }).then(function (answer) {
      var from = answer.page.querySelector('[data-editor="form"]');
      if (!from) { location.href = answer.url; return; }
      var message = form.querySelector('[name="reason"]').value;
      var url = new URL(answer.url);
      var wanted = url.searchParams.get("goal");
      url.searchParams.delete("goal");
      history.replaceState(null, "", url.pathname + url.search);
      editor.innerHTML = from.innerHTML;
      form = document.getElementById("editor");
      bind();
      if (message) form.querySelector('[name="reason"]').value = message;
      var goal = wanted && document.getElementById(wanted);
      if (goal) {
        goal.scrollIntoView({ block: goal.id === "form" ? "start" : "center" });
        var control = goal.matches("input, select, textarea") ? goal
          : goal.querySelector("input:not([type=hidden]), select, textarea") || goal.querySelector("summary, button");
        if (control) control.focus({ preventScroll: true });
      }
    }, function () { form.submit(); });
  };
  var bind = function () {
    form.addEventListener("input", function (event) {
      if (event.target.name === "reason" || event.target.classList.contains("filter")) return;
      dirty = true;
      later();
    });
    form.addEventListener("change", function (event) { if (/^[xns]\./.test(event.target.name)) structural("keep"); });
    form.addEventListener("submit", submitted);
  };
  var submitted = function (event) {
    var action = event.submitter ? event.submitter.value : "keep";
    if (/^(add|any|another|attribute|drop|remove|up|down|go|undo|redo|discard|keep)\b/.test(action)) {
      event.preventDefault();
      structural(action);
    } else if (running) {
      event.preventDefault();
      var button = event.submitter;
      running.then(function () { form.requestSubmit(button && button.isConnected ? button : undefined); });
    }
  };
  bind();

  // Long lists of what may be added are filtered by typing.
  document.addEventListener("toggle", function (event) {
    var menu = event.target;
    if (!menu.matches || !menu.matches("details.add") || !menu.open) return;
    menu.scrollIntoView({ block: "nearest" });
    var entries = menu.querySelectorAll("li");
    if (entries.length < 9) { var first = menu.querySelector(".add-one"); if (first) first.focus(); return; }
    var filter = menu.querySelector(".filter");
    if (!filter) {
      filter = document.createElement("input");
      filter.className = "form-control filter";
      filter.placeholder = "Which?";
      filter.setAttribute("aria-label", "Filter what can be added");
      menu.querySelector("ul").prepend(filter);
      filter.addEventListener("input", function () {
        entries.forEach(function (entry) { entry.hidden = entry.textContent.toLowerCase().indexOf(filter.value.toLowerCase()) < 0; });
      });
      filter.addEventListener("keydown", function (event) {
        if (event.key !== "Enter") return;
        event.preventDefault();
        var found = Array.prototype.find.call(entries, function (entry) { return !entry.hidden; });
        if (found) found.querySelector("button").click();
      });
    }
    filter.focus();
  }, true);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = document.activeElement && document.activeElement.closest && document.activeElement.closest("details.add[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); }
  }, true);
})();
// Ticked rows: one box ticks all, a range with the shift key, a bar says how many.
(function () {
  "use strict";
  var bar = document.getElementById("selection");
  if (!bar) return;
  var all = document.querySelector("[data-all]"), last = null;
  var boxes = Array.prototype.slice.call(document.querySelectorAll('input[name="id"][form="selection"]'));
  var every = bar.querySelector('[name="all"]'), many = bar.querySelector("[data-count]");
  var show = function () {
    var count = boxes.filter(function (box) { return box.checked; }).length;
    bar.classList.toggle("on", count > 0);
    many.textContent = every.checked ? "With all that were found:" : count + " ticked:";
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  };
  boxes.forEach(function (box, index) {
    box.addEventListener("click", function (event) {
      if (event.shiftKey && last !== null) {
        for (var i = Math.min(last, index); i <= Math.max(last, index); i++) boxes[i].checked = box.checked;
      }
      last = index;
      show();
    });
    box.addEventListener("change", show);
  });
  all.addEventListener("change", function () { boxes.forEach(function (box) { box.checked = all.checked; }); show(); });
  every.addEventListener("change", show);
  show();
})();
