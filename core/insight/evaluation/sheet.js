"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const rows = data.rows;
const stored = `inlaid-sheet-${data.sheet}`;
const at = (id) => document.getElementById(id);
let place = 0;
let given = {};
let isKept = true;
let isExported = true;

function warn(text) {
  at("warning").textContent = text;
  at("warning").hidden = !text;
}

function read() {
  try {
    given = JSON.parse(localStorage.getItem(stored) || "{}");
  } catch {
    isKept = false;
    warn("This browser does not keep what you enter. Export before you close the page.");
  }
}

function keep() {
  isExported = false;
  try {
    localStorage.setItem(stored, JSON.stringify(given));
  } catch {
    isKept = false;
    warn("This browser does not keep what you enter. Export before you close the page.");
  }
}

function element(tag, text, parent) {
  const made = document.createElement(tag);
  made.textContent = text;
  parent.append(made);
  return made;
}

function showRubric() {
  at("question").textContent = data.rubric.question;
  for (const grade of data.rubric.grades) {
    element("dt", grade.letter, at("grades"));
    element("dd", `${grade.name}: ${grade.meaning}`, at("grades"));
    const label = element("label", "", at("choices"));
    label.className = "grade";
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "grade", value: grade.letter });
    input.addEventListener("click", () => choose(grade.letter));
    label.append(input);
    const words = element("span", "", label);
    element("kbd", grade.letter, words);
    words.append(` ${grade.name}`);
  }
  for (const note of data.rubric.notes) element("li", note, at("notes"));
}

const own = (row) => (given[row.row] ??= { grade: "", reason: "" });
const isOpen = (row) => !given[row.row]?.grade;

function showCount() {
  const done = rows.filter((row) => !isOpen(row)).length;
  at("progress").max = rows.length;
  at("progress").value = done;
  at("count").textContent = `${done} of ${rows.length} graded`;
  at("open").disabled = done === rows.length;
}

function show() {
  const row = rows[place];
  at("about").textContent = [`${place + 1} of ${rows.length}`, row.recipe, row.language, row.id].filter(Boolean).join(" · ");
  at("input").textContent = row.input;
  at("output").textContent = row.output;
  at("input").lang = at("output").lang = row.language;
  at("input").scrollTop = at("output").scrollTop = 0;
  for (const input of document.querySelectorAll("input[name=grade]")) input.checked = input.value === own(row).grade;
  at("reason").value = own(row).reason;
  at("back").disabled = place === 0;
  at("on").disabled = place === rows.length - 1;
  showCount();
}

function go(to) {
  if (to < 0 || to >= rows.length) return;
  place = to;
  show();
  at("about").focus({ preventScroll: true });
  at("about").scrollIntoView({ block: "nearest" });
}

/** An A or a B goes on; what was wrong with the others is asked for first. */
function choose(letter) {
  own(rows[place]).grade = letter;
  keep();
  show();
  if (letter === "C" || letter === "H") at("reason").focus();
  else go(place + 1);
}

function goToOpen() {
  const order = rows.map((_, offset) => (place + 1 + offset) % rows.length);
  const next = order.find((one) => isOpen(rows[one]));
  if (next !== undefined) go(next);
}

/** A cell as spreadsheets read it, and no formula for any of them. */
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function exportTable() {
  const lines = [data.columns, ...rows.map((row) => [
    row.row, row.id, row.language, row.recipe, row.input, row.output, own(row).grade, own(row).reason,
  ])];
  const text = "\ufeff" + lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = `graded-${data.sheet}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  isExported = true;
}

at("export").addEventListener("click", exportTable);
at("back").addEventListener("click", () => go(place - 1));
at("on").addEventListener("click", () => go(place + 1));
at("open").addEventListener("click", goToOpen);
at("form").addEventListener("submit", (event) => event.preventDefault());
at("reason").addEventListener("input", () => {
  own(rows[place]).reason = at("reason").value;
  keep();
});
at("reason").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  go(place + 1);
});
document.addEventListener("keydown", (event) => {
  if (!at("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.target === at("reason")) return;
  const letter = event.key.toUpperCase();
  if (data.rubric.grades.some((grade) => grade.letter === letter)) {
    event.preventDefault();
    choose(letter);
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    go(place + (event.key === "ArrowLeft" ? -1 : 1));
  }
});
addEventListener("beforeunload", (event) => {
  if (!isKept && !isExported) event.preventDefault();
});

read();
showRubric();
if (rows.length) {
  const first = rows.findIndex(isOpen);
  // Who comes back has read it.
  at("rubric").open = rows.every(isOpen);
  place = first < 0 ? 0 : first;
  show();
}
