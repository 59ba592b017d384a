// Copies the words that a button names; without script they can be marked as any others.
"use strict";

for (const button of document.querySelectorAll("button[data-copies]")) {
  const words = document.getElementById(button.dataset.copies);
  const said = button.nextElementSibling;
  const byHand = () => {
    getSelection().selectAllChildren(words);
    said.textContent = document.execCommand("copy") ? button.dataset.copied : button.dataset.selected;
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words.textContent);
      said.textContent = button.dataset.copied;
    } catch {
      byHand();
    }
  });
}
