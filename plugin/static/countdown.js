// Counts down the life of the View links and puts "Request again" in their place when it is over.
// Without this script the page shows the clock time, and a link used too late has a page of its own.
"use strict";

const note = document.querySelector("[data-seconds-left]");

if (note) {
  // The wall clock, since the other one stands still while a computer sleeps.
  const end = Date.now() + Number(note.dataset.secondsLeft) * 1000;
  const clock = note.querySelector(".count");

  const expire = () => {
    const again = document.querySelector("[data-expired]");
    const lost = document.activeElement.matches("[data-view]");
    for (const link of document.querySelectorAll("[data-view]")) {
      link.firstElementChild.remove(); // the word "View:"
      link.replaceWith(...link.childNodes);
    }
    note.hidden = true;
    again.hidden = false;
    if (lost) again.querySelector("button").focus();
  };

  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    window.clearInterval(timer);
    expire();
  };

  const timer = window.setInterval(tick, 1000);
  note.querySelector("[data-counting]").hidden = false;
  tick();
}
