// Whoever types is there: the desk is not locked while a long form is filled in.
"use strict";

(() => {
  const form = document.querySelector("form[data-stay]");
  if (!form) return;
  const stayEvery = 60_000;
  let stayed = performance.now();
  form.addEventListener("input", () => {
    if (performance.now() - stayed < stayEvery) return;
    stayed = performance.now();
    fetch(form.dataset.stay).catch(() => {});
  });
})();
