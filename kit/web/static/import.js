// A file that is chosen or dropped goes off at once; one that would be refused does not.
"use strict";

(() => {
  const form = document.getElementById("bring");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const said = form.querySelector(".said");

  const say = (name) => {
    said.replaceChildren(form.querySelector(`template.${name}`).content.cloneNode(true));
    const folded = form.closest("details");
    if (folded) folded.open = true;
  };

  // A folder, or a file still on the phone, looks like a file until it is read.
  const reads = async (file) => {
    try {
      await file.slice(0, 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  };

  const begin = async () => {
    const files = [...input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    said.replaceChildren();
    if (!files.length) return;
    if (size > Number(form.dataset.most)) {
      say("large");
    } else if (!(await Promise.all(files.map(reads))).every(Boolean)) {
      say("unreadable");
    } else {
      say("working");
      form.classList.add("busy");
      form.submit();
      return;
    }
    form.reset();
  };

  const drag = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    form.classList.add("over");
  };

  const drop = (event) => {
    form.classList.remove("over");
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    if (form.classList.contains("busy")) return;
    input.files = event.dataTransfer.files;
    if (input.files.length) begin();
    else say("unreadable");
  };

  form.classList.add("scripted");
  input.addEventListener("change", begin);
  document.addEventListener("dragover", drag);
  document.addEventListener("drop", drop);
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("over");
  });
  // Come back to by the back button, nothing is on its way.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    form.classList.remove("busy");
    said.replaceChildren();
    form.reset();
  });
})();
