// Digits press the buttons that name them, as in the terminal; they work with every input method.
"use strict";
{
  // A key within this time after a code appeared was meant for the one before.
  const TOO_SOON_MS = 600;
  const shown = performance.now();
  let isSent = false;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const digit = event.key.normalize("NFKC");
    if (!/^[0-9]$/.test(digit)) return;
    const pressed = document.querySelector(`[data-key="${digit}"]`);
    if (!pressed || performance.now() - shown < TOO_SOON_MS) return;
    event.preventDefault();
    pressed.click();
  });

  document.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });

  // Whoever comes back by the browser's own button sees how it is now.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
