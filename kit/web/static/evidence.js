// Files are dropped, pasted or chosen, seen by name, and left out again; without it they are chosen.
"use strict";

(() => {
  const form = document.getElementById("note");
  if (!form) return;
  const drop = form.querySelector(".drop");
  const input = drop.querySelector("input[type=file]");
  const list = drop.querySelector(".chosen");
  const said = drop.querySelector(".trouble");
  const button = form.querySelector("[data-working]");
  const words = button.textContent;
  const pasted = new WeakSet();
  const stayEvery = 60_000;
  let files = [];
  let stayed = performance.now();

  const say = (name) => {
    said.replaceChildren(drop.querySelector(`template.${name}`).content.cloneNode(true));
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

  const row = (file) => {
    const item = document.createElement("li");
    const name = document.createElement("bdi");
    name.className = "personal";
    name.textContent = file.name;
    const out = drop.querySelector("template.without").content.cloneNode(true);
    out.querySelector("button").addEventListener("click", () => {
      take(files.filter((one) => one !== file));
      input.focus();
    });
    item.append(name, out);
    return item;
  };

  const take = (wanted) => {
    const held = new DataTransfer();
    wanted.forEach((file) => held.items.add(file));
    files = wanted;
    input.files = held.files;
    list.replaceChildren(...wanted.map(row));
    list.hidden = !wanted.length;
  };

  const add = async (more) => {
    const before = files;
    said.replaceChildren();
    take([...before, ...more]);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const wrong = size > Number(drop.dataset.most) ? "large"
      : (await Promise.all(more.map(reads))).every(Boolean) ? "" : "unreadable";
    if (!wrong) return;
    take(files.filter((file) => !more.includes(file)));
    say(wrong);
  };

  const drag = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    drop.classList.add("over");
  };

  drop.classList.add("scripted");
  // Whoever types a long time is there.
  form.addEventListener("input", () => {
    if (!form.dataset.stay || performance.now() - stayed < stayEvery) return;
    stayed = performance.now();
    fetch(form.dataset.stay).catch(() => {});
  });
  form.elements.other?.addEventListener("input", () => {
    form.querySelector("[name=to][value=other]").checked = true;
  });
  input.addEventListener("change", () => add([...input.files]));
  document.addEventListener("dragover", drag);
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    if (event.dataTransfer.files.length) add([...event.dataTransfer.files]);
    else say("unreadable");
  });
  document.addEventListener("paste", (event) => {
    const more = [...event.clipboardData.files];
    if (!more.length) return;
    event.preventDefault();
    more.forEach((file) => pasted.add(file));
    add(more);
  });

  form.addEventListener("submit", (event) => {
    if (button.disabled) return event.preventDefault();
    form.querySelectorAll("[name=changed]").forEach((one) => one.remove());
    for (const file of files) {
      const changed = document.createElement("input");
      changed.type = "hidden";
      changed.name = "changed";
      // What was pasted is a file only since then.
      changed.value = pasted.has(file) ? "" : file.lastModified;
      form.append(changed);
    }
    button.disabled = true;
    button.textContent = button.dataset.working;
  });
  // Come back to by the back button, nothing is on its way.
  addEventListener("pageshow", () => {
    button.disabled = false;
    button.textContent = words;
  });
})();
