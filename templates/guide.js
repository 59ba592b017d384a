
// An extra: without it everything can be read. Nothing that is typed is kept or sent anywhere.
(function () {
  "use strict";
  var MOST_SHORT = 200, MOST_WHO = 30, MOST_SAID = 120;
  var LEAST_SAID = 30, SHORT_WHO = 15;
  var CUT = "…", BLANK = "________";
  var can_normalise = typeof "".normalize === "function";

  function at(id) { return document.getElementById(id); }
  function all(selector, inside) { return Array.prototype.slice.call((inside || document).querySelectorAll(selector)); }
  function points(text) { return text.match(/[\ud800-\udbff][\udc00-\udfff]|[^]/g) || []; }
  function normalised(text) { return can_normalise ? text.normalize("NFKC") : text; }
  // As many characters as there are even when a messenger or a reader takes "…" for three.
  function size(text) { return points(normalised(text)).length; }
  function fit(text, most) {
    var kept = points(text);
    if (size(text) <= most) return text;
    while (kept.length && size(kept.join("") + CUT) > most) kept.pop();
    return kept.length ? kept.join("") + CUT : "";
  }
  function typed(id) {
    var whole = points(at(id).value).filter(function (one) { return !/^[\ud800-\udfff]$/.test(one); });
    return whole.join("").replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  }
  function chosen(name) { return all("input[name=" + name + "]").filter(function (one) { return one.checked; })[0]; }
  // Every placeholder once: a value is never read as a template.
  function filled(words, values) {
    return words.replace(/\{(\w+)\}/g, function (whole, name) {
      return Object.prototype.hasOwnProperty.call(values, name) ? values[name] : whole;
    });
  }

  function two(number) { return (number < 10 ? "0" : "") + number; }
  function stamp(time) {
    return time.getFullYear() + "-" + two(time.getMonth() + 1) + "-" + two(time.getDate()) +
      " " + two(time.getHours()) + ":" + two(time.getMinutes());
  }
  // "YYYY-MM-DD HH:MM"; also where the field is only a line of text. Empty: no such time.
  function moment(id) {
    var found = /^\s*(\d{4})\D+(\d\d?)\D+(\d\d?)\D+(\d\d?)\D+(\d\d?)/.exec(normalised(at(id).value));
    if (!found) return "";
    var parts = found.slice(1).map(Number);
    var time = new Date(parts[0], parts[1] - 1, parts[2], parts[3], parts[4]);
    return parts[0] >= 2000 && time.getMonth() === parts[1] - 1 && time.getDate() === parts[2] &&
      parts[3] < 24 && parts[4] < 60 ? stamp(time) : "";
  }
  // The time, unless it is still to come.
  function past(form) {
    var time = moment(form + "-when"), is_future = time > stamp(new Date());
    at(form + "-future").hidden = !is_future;
    return is_future ? "" : time;
  }

  // CRC-32 (IEEE, as zlib.crc32) of the UTF-8 bytes.
  function crc32(text) {
    var crc = -1, bytes = unescape(encodeURIComponent(text));
    for (var i = 0; i < bytes.length; i += 1) {
      crc ^= bytes.charCodeAt(i);
      for (var bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ("0000000" + ((crc ^ -1) >>> 0).toString(16).toUpperCase()).slice(-8);
  }
  function canonical(text) {
    return normalised(text).replace(/[\s\u200b-\u200f\u2060\ufeff\u001c-\u001f\u0085]/g, "").toLowerCase();
  }
  function field(text) { return text.replace(/[|｜]/g, "/"); }
  // KIT1|time|number|who|said|debt and refused|checksum
  function line(time, call) {
    var number = normalised(call.number).replace(/[^0-9 +-]/g, "").trim();
    var fields = ["KIT1", time, number, field(call.who), fit(field(call.said), MOST_SAID), call.debt + call.refused];
    var body = fields.join("|") + "|";
    return body + crc32(canonical(body));
  }

  function show(id, text) {
    at(id).textContent = text;
    all("button").forEach(function (button) {
      var said = button.getAttribute("data-says");
      if (button.getAttribute("data-copies") === id && said) button.textContent = said;
    });
  }
  function tell() {
    var time = past("tell"), blank = at("tell-form").getAttribute("data-blank");
    var debt = chosen("tell-debt"), refused = chosen("tell-refused");
    var call = {
      number: typed("tell-number"),
      who: fit(typed("tell-who"), MOST_WHO),
      said: typed("tell-said"),
      debt: debt ? debt.value : "u",
      refused: refused ? refused.value : "u"
    };
    var values = {
      when: time || blank,
      number: call.number || blank,
      who: call.who || blank,
      said: call.said || blank,
      debt: debt ? debt.getAttribute("data-said") : blank,
      refused: refused ? refused.getAttribute("data-said") : blank
    };
    show("tell-full", filled(at("tell-full").getAttribute("data-words"), values));
    show("tell-short", short(values));
    at("tell-borrower").hidden = !can_normalise;
    copier("tell-line").hidden = !time;
    show("tell-line", time ? line(time, call) : at("tell-line").getAttribute("data-blank"));
  }
  // What was said gives way first, then who said it.
  function short(values) {
    var words = at("tell-short").getAttribute("data-words"), said = values.said;
    function room() { return MOST_SHORT - size(filled(words, values)); }
    values.said = "";
    if (room() < LEAST_SAID) values.who = fit(values.who, SHORT_WHO);
    values.said = fit(said, room());
    return fit(filled(words, values), MOST_SHORT);
  }
  function letter() {
    var values = { when: past("letter") || BLANK, date: stamp(new Date()).slice(0, 10) };
    ["company", "number", "who", "mine", "name"].forEach(function (name) {
      values[name] = typed("letter-" + name) || BLANK;
    });
    show("letter-text", filled(at("letter-text").getAttribute("data-words"), values));
  }

  function copier(id) { return all("button").filter(function (one) { return one.getAttribute("data-copies") === id; })[0]; }
  function copy(button) {
    var text = at(button.getAttribute("data-copies"));
    function done() { button.textContent = button.getAttribute("data-copied"); }
    function by_hand() {
      getSelection().selectAllChildren(text);
      if (document.execCommand("copy")) done();
    }
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(text.textContent).then(done, by_hand);
    else by_hand();
  }
  function serve(id, make) {
    var form = at(id);
    if (!form) return;
    make();
    form.addEventListener("input", make);
    form.addEventListener("change", make);
    form.hidden = false;
  }

  all("button").forEach(function (button) {
    button.setAttribute("data-says", button.textContent);
    button.addEventListener("click", function () { copy(button); });
    button.hidden = false;
  });
  serve("tell-form", tell);
  serve("letter-form", letter);
}());
