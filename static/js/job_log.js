// The log of a job that writes itself: what follows the lines of the page comes by a websocket, each line once.
(function () {
  "use strict";

  const LEVELS = ["info", "warning", "error"];
  const MOST_LINES = 10000;
  const REFRESHED_AFTER = 1000;
  const SIGNED_OUT = 4401;
  const HIDDEN = 4403;
  const log = document.getElementById("log");
  const lines = log.querySelector("ol");
  const status = document.getElementById("log-status");
  const toEnd = document.getElementById("log-end");
  const least = LEVELS.indexOf(log.dataset.least);
  let after = Number(log.dataset.after);
  let pause = 500;
  let job = "";
  let due = 0;
  let refreshedAt = 0;

  function isAtEnd() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 30;
  }

  function showEnd() {
    log.scrollTop = log.scrollHeight;
  }

  function say(what) {
    if (status.textContent !== status.dataset[what]) status.textContent = status.dataset[what];
  }

  // How far the job is, as the server words it: at most once in a while. To look on is no use of the session.
  function refresh(wait) {
    window.clearTimeout(due);
    due = window.setTimeout(() => {
      refreshedAt = Date.now();
      const url = document.getElementById("progress").dataset.url;
      const headers = { "X-Harbor-No-Session-Renewal": "true" };
      window.htmx.ajax("GET", url, { target: "#progress", swap: "outerHTML", headers });
    }, wait);
  }

  function element(name, text, cls) {
    const made = document.createElement(name);
    made.textContent = text;
    if (cls) made.className = cls;
    return made;
  }

  function row([number, at, level, text]) {
    const line = element("li", "", `is-${level}`);
    const time = element("time", at.slice(11, 19));
    line.dataset.number = number;
    time.dateTime = at;
    time.title = at;
    line.append(time, " ", element("span", `${level} `, "level"), element("span", text, "text"));
    return line;
  }

  function take(told) {
    const fresh = told.filter(([number]) => number > after);
    if (!fresh.length) return;
    const follows = isAtEnd();
    lines.append(...fresh.filter(([, , level]) => LEVELS.indexOf(level) >= least).map(row));
    after = fresh[fresh.length - 1][0];
    if (follows) {
      while (lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
      showEnd();
    }
  }

  function hear(event) {
    const message = JSON.parse(event.data);
    const told = JSON.stringify(message.job);
    pause = 500;
    say("live");
    take(message.lines);
    if (told !== job) refresh(Math.max(refreshedAt + REFRESHED_AFTER - Date.now(), 0));
    job = told;
  }

  function follow() {
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${window.location.host}/ws/jobs/${log.dataset.job}?after=${after}`);
    socket.onmessage = hear;
    socket.onclose = (event) => {
      if (event.code === 1000) {
        say("over");
        refresh(0);
      } else if (event.code === SIGNED_OUT) {
        say("signedOut");
      } else if (event.code === HIDDEN) {
        say("hidden");
      } else {
        say("lost");
        window.setTimeout(follow, pause * (0.5 + Math.random()));
        pause = Math.min(pause * 2, 8000);
      }
    };
  }

  log.addEventListener("scroll", () => (toEnd.hidden = isAtEnd()));
  toEnd.addEventListener("click", showEnd);
  if ("follows" in log.dataset) {
    showEnd();
    follow();
  }
})();
