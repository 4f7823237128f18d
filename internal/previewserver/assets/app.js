"use strict";
// Reloads the frame when the project changes, and keeps the place in it.
const frame = document.getElementById("document");
const state = document.getElementById("state");
const themes = ["", "light", "dark"];

function dress() {
  const theme = sessionStorage.getItem("theme") || "";
  const inner = frame.contentDocument;
  for (const page of [document, inner]) {
    if (page && page.documentElement) page.documentElement.dataset.theme = theme;
  }
}

document.getElementById("theme").addEventListener("click", () => {
  const now = themes.indexOf(sessionStorage.getItem("theme") || "");
  sessionStorage.setItem("theme", themes[(now + 1) % themes.length]);
  dress();
});

let place = null;
frame.addEventListener("load", () => {
  dress();
  if (place !== null && frame.contentWindow) frame.contentWindow.scrollTo(0, place);
  place = null;
});

function reload() {
  const inner = frame.contentWindow;
  place = inner.scrollY;
  inner.location.reload();
}

const events = new EventSource("events");
let lost = false;
events.addEventListener("ready", () => {
  state.textContent = "Live";
  if (lost) reload();
  lost = false;
});
events.addEventListener("changed", reload);
events.addEventListener("end", () => {
  events.close();
  state.textContent = "Ended";
});
events.addEventListener("error", () => {
  lost = true;
  state.textContent = "Not connected";
});
dress();
