// How far a run is, every second; and whether the channels are ready, once.
"use strict";

const EVERY_MS = 1000;
const SAID_EVERY_MS = 10000;

async function asked(address) {
  return fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
}

function lines(list, texts) {
  list.replaceChildren(...texts.map((text) => {
    const one = document.createElement(list.tagName === "UL" ? "li" : "p");
    one.textContent = text;
    return one;
  }));
}

// The line at the top has figures only, in the markup of our own page.
async function anew(line, address) {
  const answer = await fetch(address).catch(() => null);
  if (answer && answer.ok) line.innerHTML = await answer.text();
}

function watch(run) {
  const bar = run.querySelector("progress");
  const state = run.querySelector(".state strong");
  const heard = run.querySelector(".heard");
  let said = 0;
  const look = async () => {
    let answer;
    try {
      answer = await asked(run.dataset.progress);
    } catch {
      run.querySelector(".gone").hidden = false;
      return;
    }
    // Locked, or at its end: the page itself knows what to show.
    const now = answer.ok ? await answer.json() : {};
    if (!now.is_at_work) {
      location.reload();
      return;
    }
    bar.max = now.total;
    bar.value = now.tried;
    lines(run.querySelector(".lines"), now.lines);
    // A screen reader is told of each new state, and now and then how far it is.
    if (now.state !== state.textContent || Date.now() - said > SAID_EVERY_MS) {
      heard.textContent = `${now.state} ${now.lines[0]}`;
      said = Date.now();
      anew(document.querySelector(".status"), run.dataset.status);
    }
    state.textContent = now.state;
    setTimeout(look, EVERY_MS);
  };
  look();
}

async function check(place) {
  const answer = await asked(place.dataset.check).catch(() => null);
  if (!answer || !answer.ok) return;
  const found = await answer.json();
  const box = document.createElement("div");
  box.className = found.is_ready ? "calm" : "alarm";
  lines(box, found.lines);
  place.replaceChildren(box);
}

const run = document.getElementById("run");
if (run) watch(run);
const place = document.getElementById("ready");
if (place && place.querySelector("a")) check(place);
