// On every page: Esc hides it at once, and shows it again.
"use strict";

// Pressed again within this time after the blank page appeared, it was pressed in a hurry.
const HURRY_MS = 600;

document.addEventListener("keydown", (event) => {
  // An input method takes Esc for itself; 229 is how Safari says so.
  if (event.key !== "Escape" || event.isComposing || event.keyCode === 229 || event.repeat) return;
  const form = document.querySelector("form.hide");
  if (!form || (form.elements.show && performance.now() < HURRY_MS)) return;
  document.documentElement.hidden = true;
  document.title = "\u200b";
  form.submit();
});
