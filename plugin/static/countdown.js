// Counts down the life of the View links and puts "Request again" in their place when it is over.
// Without this script the page shows the clock time, and a link used too late has a page of its own.
"use strict";

const note = document.querySelector("[data-seconds-left]");

if (note) {
  const loaded = performance.now();
  const seconds = Number(note.dataset.secondsLeft);
  const clock = note.querySelector(".count");

  const tick = () => {
    const left = Math.max(0, Math.round(seconds - (performance.now() - loaded) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    window.clearInterval(timer);
    for (const link of document.querySelectorAll("[data-view]")) link.remove();
    note.hidden = true;
    document.querySelector("[data-expired]").hidden = false;
  };

  const timer = window.setInterval(tick, 1000);
  note.querySelector("[data-counting]").hidden = false;
  tick();
}
