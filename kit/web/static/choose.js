// The chooser with script: the whole list at once, searched here by the rules of the server
// (actions/searching.py); a press is saved at once. All its words stand on the page.
"use strict";

const ROWS = 30;
const GROUPS = ["emergency", "everyone", "nobody"];
const form = document.querySelector("#choose");
if (form) start();

function start() {
  const at = (selector, inside = document) => inside.querySelector(selector);
  const say = form.dataset;
  const words = JSON.parse(say.words);
  const list = at("#list");
  const input = at("#text");
  const more = at("#more");
  const keys = at("#keys");
  const services = at("#services");
  const template = at("#row");
  const sitting = kept(say.sitting);
  let people = [];
  let byId = new Map();
  let shown = [];
  let folded = [];
  let limit = ROWS;
  let limitFolded = ROWS;
  let anchor = "";
  let saving = Promise.resolve();

  for (const field of document.querySelectorAll("input[name=sitting]")) field.value = sitting;
  const address = new URL(say.people, location.href);
  address.searchParams.set("sitting", sitting);
  fetch(address, { headers: { Accept: "application/json" } }).then(read).then(begin).catch(fail);

  // A tab keeps its sitting, whatever it shows next.
  function kept(fresh) {
    try {
      const known = sessionStorage.getItem("kit-sitting") || fresh;
      sessionStorage.setItem("kit-sitting", known);
      return known;
    } catch {
      return fresh;
    }
  }

  async function read(answer) {
    if (answer.status === 401) location.reload();
    if (!answer.ok) throw Error(answer.status);
    return answer.json();
  }

  function fail() {
    at("#said").textContent = say.failed;
  }

  function begin(data) {
    people = data.people.map(
      ([id, name, end, group, suggested, isService, mark, why, written, spelt]) => ({
        id, name, end, group, suggested, isService, written, spelt,
        mark: data.texts[mark], why: data.texts[why],
      }),
    );
    byId = new Map(people.map((one) => [one.id, one]));
    at("#paged")?.remove();
    at("#search button").hidden = true;
    at("#search").hidden = false;
    if (keys) keys.hidden = false;
    canUndo(data.undo);
    if (services) at(".away", services).hidden = true;
    if (input.value) search();
    else view();
    input.addEventListener("input", search);
    document.addEventListener("keydown", press);
    form.addEventListener("click", click);
    form.addEventListener("focusin", (event) => stand(event.target.closest("li")));
    form.addEventListener("submit", (event) => event.preventDefault());
    at("#search").addEventListener("submit", (event) => {
      event.preventDefault();
      go(at("li", list));
    });
    at("#undo")?.addEventListener("submit", (event) => {
      event.preventDefault();
      undo();
    });
    form.dataset.ready = "";
  }

  // --- the list ---

  function view() {
    const isFolded = (one) => one.isService && one.group === "undecided";
    folded = people.filter(isFolded);
    if (say.show === "services") show(folded);
    else show(people.filter((one) => one.group === say.show && !isFolded(one)));
  }

  function search() {
    const text = input.value;
    if (!text.trim()) return view();
    show(found(text));
  }

  function show(some) {
    shown = some;
    limit = ROWS;
    anchor = "";
    const isSearch = input.value.trim() !== "";
    at("#total").textContent = put(isSearch ? say.found : say.listed, { count: shown.length });
    const isDone = say.show === "undecided" && !people.some((one) => one.group === "undecided");
    at("#none").textContent = !isSearch && isDone ? say.everybody : say.nobody;
    at("#none").hidden = shown.length > 0;
    if (services) services.hidden = isSearch || !folded.length;
    const all = at("#found");
    if (all) {
      all.hidden = !isSearch || !shown.length;
      at("input[name=text]", all).value = input.value;
    }
    draw();
    if (services?.open) drawFolded();
  }

  function draw() {
    fill(list, shown, limit, more);
    stand(at("li", list));
  }

  function drawFolded() {
    fill(at("ul", services), folded, limitFolded, at(".more", services));
  }

  function fill(place, some, most, rest) {
    place.replaceChildren(...some.slice(0, most).map(row));
    rest.hidden = some.length <= most;
  }

  function row(one) {
    const item = template.content.firstElementChild.cloneNode(true);
    item.id = `p-${one.id}`;
    at("p", item).id = `n-${one.id}`;
    if (one.name) at("bdi", item).textContent = one.name;
    at(".quiet", item).textContent = one.end;
    at("b", item).textContent = one.mark;
    at(".why span", item).textContent = one.why;
    at(".put", item)?.setAttribute("aria-labelledby", `n-${one.id}`);
    paint(item, one);
    return item;
  }

  function paint(item, one) {
    at(".why", item).hidden = !one.mark || one.group === "nobody" || one.group === one.suggested;
    const is = at(".is", item);
    if (is) is.textContent = words[one.group];
    item.querySelectorAll(".put button").forEach((button, n) => {
      button.setAttribute("aria-pressed", one.group === GROUPS[n]);
      button.tabIndex = -1;
    });
  }

  // --- the search, as in actions/searching.py ---

  function plain(text) {
    return text.normalize("NFKC");
  }

  function fold(text) {
    const small = plain(text).toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
    return plain(small).replace(/[\s\p{Cf}\x1c-\x1f\x85]/gu, "");
  }

  function wanted(text) {
    const all = [fold(text)];
    if (/^[+\d() -]+$/.test(plain(text).trim())) {
      const digits = plain(text).replace(/\D/g, "");
      all.push(digits);
      if (digits.length >= 7) all.push(digits.replace(/^00/, ""), digits.replace(/^0/, ""));
    }
    return all.filter(Boolean);
  }

  function found(text) {
    const any = wanted(text);
    const named = people.filter((one) => any.some((part) => one.written.includes(part)));
    const latin = fold(text).replaceAll("ü", "v").replace(/['’]/g, "");
    if (!/^[a-z0-9]+$/.test(latin) || !/[a-z]/.test(latin)) return named;
    const known = new Set(named);
    return named.concat(
      people.filter((one) => one.spelt.includes(`\n${latin}`) && !known.has(one)),
    );
  }

  // --- choosing ---

  function choose(ids, group) {
    if (ids.length) save(form.action, { put: `${ids.join(" ")}:${group}` });
  }

  function undo() {
    if (at("#undo button").disabled) tell(say.nothing);
    else save(say.undo, {});
  }

  function save(where, fields) {
    const body = new URLSearchParams({ ...fields, sitting });
    const asked = () =>
      fetch(where, { method: "POST", headers: { Accept: "application/json" }, body });
    const isUndo = where === say.undo;
    saving = saving.then(asked).then(read).then((answer) => changed(answer, isUndo)).catch(fail);
  }

  function changed(answer, isUndo) {
    for (const [id, , group] of answer.changes) move(id, group);
    for (const [id, group] of answer.left) move(id, group);
    for (const group of Object.keys(words)) {
      const count = at(`[data-count=${group}]`);
      if (count) count.textContent = people.filter((one) => one.group === group).length;
    }
    canUndo(answer.undo);
    at("#unwanted").textContent = answer.unwanted;
    at("#unwanted").hidden = !answer.unwanted;
    at(".status").innerHTML = answer.status; // figures only, from our own template
    told(answer, isUndo);
  }

  function move(id, group) {
    const one = byId.get(id);
    if (!one) return;
    one.group = group;
    const item = document.getElementById(`p-${id}`);
    if (!item) return;
    const current = item.contains(at("[tabindex='0']", form));
    paint(item, one);
    if (current) stand(item);
  }

  function told({ changes, left, gone }, isUndo) {
    const parts = [];
    if (changes.length === 1) {
      const [[id, before, after]] = changes;
      const one = byId.get(id);
      const name = document.createElement("bdi");
      name.className = "personal";
      name.textContent = one?.name || at("bdi", template.content).textContent;
      const [ahead, behind] = put(say.changed, {
        before: words[before], after: words[after],
      }).split("{name}");
      parts.push(ahead, name, behind);
    } else if (changes.length) {
      parts.push(put(say.many, { count: changes.length, after: words[changes[0][2]] }));
    }
    if (!changes.length) parts.push(say.unchanged);
    if (isUndo && left.length) parts.push(" ", put(say.left, { count: left.length }));
    if (gone) parts.push(" ", put(say.gone, { count: gone }));
    at("#said").replaceChildren(...parts);
  }

  function tell(sentence) {
    at("#said").textContent = sentence;
  }

  function put(sentence, facts) {
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
  }

  function canUndo(can) {
    const button = at("#undo button");
    if (!button) return;
    if (!can && document.activeElement === button) go(at("li", list));
    button.disabled = !can;
  }

  // --- by hand ---

  function click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.closest("#more")) return grow();
    if (button.closest(".more")) {
      limitFolded += ROWS;
      return drawFolded();
    }
    if (button.name !== "put") return;
    event.preventDefault();
    const item = button.closest("li");
    toggle(item, GROUPS[[...button.parentNode.children].indexOf(button)], event.shiftKey);
  }

  services?.addEventListener("toggle", () => services.open && drawFolded());

  function grow() {
    const next = limit;
    limit += ROWS;
    fill(list, shown, limit, more);
    go(list.children[next]);
  }

  function toggle(item, group, isRange) {
    const id = item.id.slice(2);
    const ids = isRange && anchor ? between(anchor, id) : [id];
    const isSet = ids.every((one) => byId.get(one).group === group);
    choose(ids, isSet ? "undecided" : group);
    anchor = id;
  }

  function between(one, other) {
    const ids = shown.map((person) => person.id);
    const ends = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
    return ends[0] < 0 ? [other] : ids.slice(ends[0], ends[1] + 1);
  }

  // One row's buttons can be reached by Tab: the row one stands on.
  function stand(item) {
    if (!item) return;
    for (const button of form.querySelectorAll("[tabindex='0']")) button.tabIndex = -1;
    for (const button of item.querySelectorAll(".put button")) button.tabIndex = 0;
  }

  function go(item, column = 0) {
    const to = item?.querySelectorAll(".put button")[column];
    to?.focus();
    return Boolean(to);
  }

  // --- by keys ---

  function press(event) {
    if (event.isComposing || event.altKey) return;
    const item = document.activeElement.closest?.(".people li");
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey) {
      if (event.key.toLowerCase() === "z" && !isTyping()) run(event, undo);
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (document.activeElement === input) {
      if (event.key === "ArrowDown") run(event, () => go(at("li", list)));
      return;
    }
    if (isTyping() || (keys && !at("input", keys).checked)) return;
    const action = item ? inRow(event, item) : null;
    if (action ?? anywhere(event)) run(event, action ?? anywhere(event));
  }

  function inRow(event, item) {
    const column = [...item.querySelectorAll(".put button")].indexOf(document.activeElement);
    const digit = /^(?:Digit|Numpad)([123])$/.exec(event.code);
    if (digit) return () => toggle(item, GROUPS[digit[1] - 1], event.shiftKey);
    if (event.key === "j" || event.key === "ArrowDown") return () => step(item, 1, column);
    if (event.key === "k" || event.key === "ArrowUp") return () => step(item, -1, column);
    return null;
  }

  function anywhere(event) {
    if (event.key === "j") return () => go(at("li", list));
    if (event.key === "/") return () => {
      input.focus();
      input.select();
    };
    if (event.key === "u") return undo;
    return null;
  }

  function step(item, by, column) {
    const beside = by > 0 ? item.nextElementSibling : item.previousElementSibling;
    if (beside) return go(beside, Math.max(column, 0));
    if (by < 0) return input.focus();
    if (item.parentNode === list && !more.hidden) grow();
  }

  function run(event, action) {
    event.preventDefault();
    action();
  }

  function isTyping() {
    const one = document.activeElement;
    return one.matches?.("input:not([type=checkbox]), textarea, select");
  }
}
