// Only improves: every page works without this file.
(function () {
  "use strict";
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };

  // The list of problems is where reading should start.
  var problems = document.querySelector("[data-problems]");
  if (problems) problems.focus();

  // Show and hide a password.
  all("[data-password]").forEach(function (box) {
    var input = box.querySelector("input");
    var button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.setAttribute("aria-controls", input.id);
    var hide = function (hidden) {
      input.type = hidden ? "password" : "text";
      button.textContent = hidden ? box.dataset.show : box.dataset.hide;
      button.setAttribute("aria-label", hidden ? box.dataset.showLabel : box.dataset.hideLabel);
    };
    button.addEventListener("click", function () { hide(input.type === "text"); });
    input.form.addEventListener("submit", function () { hide(true); });
    hide(true);
    box.appendChild(button);
  });

  // Say how strong a new password is, a moment after the last key.
  all("[data-strength]").forEach(function (input) {
    var text = input.form.querySelector("[data-strength-text]");
    var csrf = input.form.querySelector('input[name="csrf"]');
    var timer, asked = 0;
    var say = function (words, score) {
      text.textContent = words;
      text.className = "strength" + (words ? " strength-" + score : "");
    };
    var ask = function () {
      var mine = ++asked;
      if (!input.value) return say("", 0);
      fetch(input.dataset.strength, {
        method: "POST",
        credentials: "same-origin",
        body: new URLSearchParams({ password: input.value, csrf: csrf.value })
      }).then(function (reply) {
        return reply.ok ? reply.json() : { text: "", score: 0 };
      }).then(function (judged) {
        if (mine === asked) say(String(judged.text || ""), Number(judged.score) || 0);
      }).catch(function () { if (mine === asked) say("", 0); });
    };
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    });
  });

  // Count down until a code may be sent again.
  all("[data-wait]").forEach(function (button) {
    var hint = button.form.querySelector("[data-wait-hint]");
    var done = button.form.querySelector("[data-wait-done]");
    var left = Number(button.dataset.wait) || 0;
    if (!left || !hint) return;
    var many = hint.textContent.replace(String(left), "\u0000");
    var end = Date.now() + left * 1000;
    var waiting = function (event) { event.preventDefault(); };
    button.setAttribute("aria-disabled", "true");
    button.addEventListener("click", waiting);
    var timer = setInterval(function () {
      left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) {
        hint.textContent = left === 1 ? hint.dataset.one : many.replace("\u0000", String(left));
        return;
      }
      clearInterval(timer);
      button.removeAttribute("aria-disabled");
      button.removeEventListener("click", waiting);
      hint.remove();
      done.textContent = done.dataset.waitDone;
    }, 500);
  });

  // A second press within a moment is a slip, not a second request.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(function () { delete form.dataset.sent; }, 3000);
  });
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // The demo inbox shows a message when it arrives.
  all("[data-inbox]").forEach(function (inbox) {
    var known;
    setInterval(function () {
      if (document.hidden) return;
      fetch(inbox.dataset.inbox, { credentials: "same-origin" }).then(function (reply) {
        return reply.ok ? reply.text() : known;
      }).then(function (now) {
        if (known !== undefined && now !== known) location.reload();
        known = now;
      }).catch(function () {});
    }, 2000);
  });
})();
