// What takes seconds says so, and is asked for once.
"use strict";

for (const asked of document.querySelectorAll("[data-working]")) {
  const said = document.getElementById("working");
  asked.addEventListener(asked.tagName === "FORM" ? "submit" : "click", (event) => {
    if (said.textContent) event.preventDefault();
    said.textContent = asked.dataset.working;
  });
  // The page of before, as the browser kept it.
  addEventListener("pageshow", () => { said.textContent = ""; });
}
