// The script of report.html: moves the threshold, sorts and filters tables. It computes nothing: every number it shows
// was written into the page with the report. Everything works without it, at the configured threshold.
"use strict";

/** @import { ExplorerData, ThresholdStep } from "./explorer-data.ts" */

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [within]
 * @returns {T[]}
 */
function all(selector, type, within = document) {
  return [...within.querySelectorAll(selector)].flatMap((found) => (found instanceof type ? [found] : []));
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 */
function one(selector, type) {
  return all(selector, type)[0] ?? null;
}

/** @param {ThresholdStep} step */
function showStep(step) {
  for (const place of all("[data-at]", HTMLElement)) place.textContent = step.at;
  for (const place of all("[data-count]", HTMLElement))
    place.textContent = step.counts[Number(place.dataset["count"])] ?? "";
  for (const place of all("[data-change]", HTMLElement))
    place.textContent = step.changes[Number(place.dataset["change"])] ?? "";
  for (const place of all("[data-metric]", HTMLElement)) {
    const [row, column] = (place.dataset["metric"] ?? "").split(".").map(Number);
    place.textContent = step.metrics[row ?? 0]?.[column ?? 0] ?? "";
  }
  for (const item of all("[data-gate]", HTMLElement)) {
    const gate = step.gates[Number(item.dataset["gate"])];
    for (const state of all("[data-state]", HTMLElement, item)) state.hidden = state.dataset["state"] !== gate?.state;
    for (const words of all("[data-words]", HTMLElement, item)) words.textContent = gate?.words ?? "";
  }
  for (const plot of all("[data-plot]", SVGSVGElement)) {
    const marks = step.marks[plot.dataset["plot"] ?? ""] ?? [];
    for (const mark of all("[data-mark]", SVGGElement, plot)) {
      const place = marks[Number(mark.dataset["mark"])] ?? null;
      mark.setAttribute("visibility", place === null ? "hidden" : "visible");
      if (place !== null) mark.setAttribute("transform", `translate(${place[0]} ${place[1]})`);
    }
  }
}

function startExplorer() {
  const slider = one("#threshold-slider", HTMLInputElement);
  const block = one("#threshold-data", HTMLScriptElement);
  const reset = one("[data-reset]", HTMLButtonElement);
  if (slider === null || block === null || reset === null) return;
  /** @type {ExplorerData} */
  const { configured, steps } = JSON.parse(block.textContent ?? "");
  const spoken = one("[data-spoken]", HTMLElement);
  const what = one("[data-what-if]", HTMLElement);

  /** @param {number} at */
  const show = (at) => {
    const step = steps[at];
    if (step === undefined) return;
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", step.at);
    reset.disabled = at === configured;
    if (what !== null) what.hidden = at === configured;
    showStep(step);
  };
  // Said once the slider rests: a sentence per pixel would drown the rest.
  const speak = () => {
    if (spoken !== null) spoken.textContent = steps[Number(slider.value)]?.spoken ?? "";
  };

  slider.addEventListener("input", () => show(Number(slider.value)));
  slider.addEventListener("change", speak);
  reset.addEventListener("click", () => {
    show(configured);
    speak();
    slider.focus();
  });
  for (const plot of all("[data-plot]", SVGSVGElement)) {
    const move = (/** @type {PointerEvent} */ event) => {
      if (event.buttons === 1) show(nearest(plot, event, steps));
    };
    plot.addEventListener("pointerdown", move);
    plot.addEventListener("pointermove", move);
    plot.addEventListener("pointerup", speak);
  }
  for (const hidden of all(".slider", HTMLElement)) hidden.hidden = false;
  // A browser keeps the slider's place over a reload; what is shown beside it starts at the configured threshold.
  show(configured);
}

/**
 * The step whose place of the candidate is nearest to the pointer.
 * @param {SVGSVGElement} plot
 * @param {PointerEvent} event
 * @param {readonly ThresholdStep[]} steps
 */
function nearest(plot, event, steps) {
  const box = plot.getBoundingClientRect();
  const scale = plot.viewBox.baseVal.width / box.width;
  const x = (event.clientX - box.left) * scale;
  const y = (event.clientY - box.top) * scale;
  const kind = plot.dataset["plot"] ?? "";
  // Over thresholds only the threshold counts, wherever the curve is.
  const height = kind === "threshold" ? 0 : 1;
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  steps.forEach((step, at) => {
    const place = step.marks[kind]?.[0];
    if (place == null) return;
    const off = (place[0] - x) ** 2 + height * (place[1] - y) ** 2;
    if (off < distance) {
      best = at;
      distance = off;
    }
  });
  return best;
}

/**
 * The first number of a cell's text, or null where it has none.
 * @param {string} text
 */
function numberIn(text) {
  const found = /[+−-]?\d[\d,]*(?:\.\d+)?(?:e[+−-]?\d+)?/.exec(text);
  return found === null ? null : Number(found[0].replaceAll("−", "-").replaceAll(",", ""));
}

/**
 * Rows in the order of a column; those without a number stay at the end.
 * @param {HTMLTableElement} table
 * @param {number} column
 * @param {boolean} isNumeric
 * @param {1 | -1} direction
 */
function sortRows(table, column, isNumeric, direction) {
  const [body] = table.tBodies;
  if (body === undefined) return;
  const text = (/** @type {HTMLTableRowElement} */ row) => row.cells[column]?.textContent ?? "";
  const rows = [...body.rows].sort((a, b) => {
    if (!isNumeric) return direction * text(a).localeCompare(text(b), "en", { numeric: true });
    const [left, right] = [numberIn(text(a)), numberIn(text(b))];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return direction * (left - right);
  });
  body.append(...rows);
}

/** @param {HTMLTableElement} table */
function makeSortable(table) {
  const heads = all("thead th", HTMLTableCellElement, table);
  heads.forEach((head, column) => {
    if (head.textContent.trim() === "") return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isNumeric = head.classList.contains("right");
      const before = head.getAttribute("aria-sort");
      // Numbers start with the largest, words with the first of the alphabet.
      const direction = before === null ? (isNumeric ? -1 : 1) : before === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      sortRows(table, column, isNumeric, direction);
    });
  });
}

/** @param {HTMLTableElement} table */
function makeFilterable(table) {
  const [body] = table.tBodies;
  const rows = [...(body?.rows ?? [])];
  const label = document.createElement("label");
  label.className = "filter";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "filter rows";
  input.setAttribute("aria-label", "filter rows");
  const left = document.createElement("output");
  label.append(input, left);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    left.textContent = input.value.trim() === "" ? "" : `${shown} of ${rows.length} rows`;
  });
  (table.parentElement ?? table).before(label);
}

function startTables() {
  for (const table of all("main table:not([data-plain])", HTMLTableElement)) {
    const rows = table.tBodies[0]?.rows.length ?? 0;
    if (rows > 2 && table.querySelector("thead th.right") !== null) makeSortable(table);
    if (rows > 8) makeFilterable(table);
  }
}

/** What is folded would be missing on paper. */
function startPrinting() {
  const folds = all("details", HTMLDetailsElement);
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = folds.filter((fold) => !fold.open);
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}

startExplorer();
startTables();
startPrinting();
