"use strict";
// Shows what differs between two runs of the reader's choice. All text is set as text, never as HTML; a fingerprint
// whose dataset has a page leads there.
const data = JSON.parse(document.getElementById("data").textContent);
const pickers = ["before", "after"].map((id) => document.getElementById(id));
const place = document.getElementById("changes");
const swapped = { ",": ".", ".": "," };

function figure(value) {
  const whole = Math.abs(value) >= 1000 || Number.isInteger(value);
  const shape = whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
  const text = value.toLocaleString("en", shape);
  return data.language === "es" ? text.replace(/[,.]/g, (sign) => swapped[sign]) : text;
}

function shown(value) {
  return value === null ? "–" : typeof value === "number" ? figure(value) : value;
}

function add(parent, tag, text, attributes = {}) {
  const element = parent.appendChild(document.createElement(tag));
  element.textContent = text;
  for (const [name, content] of Object.entries(attributes)) element.setAttribute(name, content);
  return element;
}

function prints(cell, value) {
  value.split(" ").forEach((word, i) => {
    if (i) cell.append(" ");
    if (data.prints[word]) add(add(cell, "a", "", { href: data.prints[word] }), "code", word);
    else cell.append(word);
  });
}

function table(section, before, after) {
  const both = data.runs[before].stages.filter((stage) => data.runs[after].stages.includes(stage));
  const rows = section.labels
    .map((label, i) => [label, section.values[before][i], section.values[after][i], section.stages[i]])
    .filter(([, old, now, stage]) => old !== now && (section.always || both.includes(stage)))
    .filter(([, old, now]) => !section.both || (old !== null && now !== null));
  if (!rows.length) return;
  add(place, "h2", section.title);
  const wide = add(place, "div", "", { class: "wide", role: "group", tabindex: "0", "aria-label": section.title });
  const body = add(wide, "table", "");
  const head = add(add(body, "thead", ""), "tr", "");
  const number = (value) => typeof value === "number";
  const counted = rows.some(([, old, now]) => number(old) && number(now));
  const titles = ["what", "before", "after", ...(counted ? ["change"] : [])].map((key) => data.words[key]);
  titles.forEach((title, i) => add(head, "th", title, { scope: "col", class: i ? "n" : "" }));
  const lines = add(body, "tbody", "");
  for (const [label, old, now] of rows) {
    const line = add(lines, "tr", "");
    const named = add(line, "th", "", { scope: "row" });
    label.split(/(?<=\.)/).forEach((part, i) => named.append(...(i ? [document.createElement("wbr")] : []), part));
    for (const value of [old, now]) {
      if (section.prints && typeof value === "string") prints(add(line, "td", "", { class: "n text" }), value);
      else add(line, "td", shown(value), { class: typeof value === "string" ? "n text" : "n" });
    }
    const change = () => (now > old ? "+" : "−") + figure(Math.abs(now - old));
    if (counted) add(line, "td", number(old) && number(now) ? change() : "", { class: "n" });
  }
}

function draw() {
  const [before, after] = pickers.map((picker) => Number(picker.value));
  place.replaceChildren();
  for (const section of data.sections) table(section, before, after);
  if (!place.firstChild) add(place, "p", before === after ? data.words.same : data.words.none);
}

pickers.forEach((picker, i) => {
  data.runs.forEach((run, number) => add(picker, "option", `${run.title} · ${run.name.slice(-8)}`, { value: number }));
  picker.value = i ? 0 : Math.min(1, data.runs.length - 1);
  picker.addEventListener("change", draw);
});
draw();
