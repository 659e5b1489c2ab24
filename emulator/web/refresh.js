// Keeps a page current. Every element with data-live carries a digest of what it shows; when the server's digest
// differs, its content is swapped. Text being typed, marked text and open folds are left alone. Works on any page.
"use strict";

const usualMs = 1500;
const relaxedMs = 3000;
const longestMs = 30_000;
let waitMs = usualMs;
let etag = null;

const schedule = () => setTimeout(refresh, waitMs);

async function refresh() {
  if (document.hidden || document.querySelector("[data-live]") === null) return schedule();
  try {
    const headers = { "x-fragment": "1", ...(etag === null ? {} : { "if-none-match": etag }) };
    const response = await fetch(location.pathname + location.search, { headers, cache: "no-store" });
    if (response.status >= 500 || response.status === 429) waitMs = Math.min(waitMs * 2, longestMs);
    else waitMs = response.status === 304 ? Math.min(waitMs + 10, relaxedMs) : usualMs;
    if (response.status === 200) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      // The tag is kept only if everything was shown: a part that is busy now is swapped at a later turn.
      etag = swapAll(fresh) ? response.headers.get("etag") : null;
    }
  } catch {
    waitMs = Math.min(waitMs * 2, longestMs);
  }
  updateTimes();
  schedule();
}

function swapAll(fresh) {
  let complete = true;
  for (const now of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(now.id);
    if (next === null || next.dataset.digest === now.dataset.digest) continue;
    if (isBusy(now)) {
      complete = false;
      continue;
    }
    const kept = remember(now);
    if ("list" in now.dataset) swapItems(now, next);
    else now.replaceChildren(...next.childNodes);
    now.dataset.digest = next.dataset.digest;
    restore(now, kept);
  }
  return complete;
}

// Items are moved into place one by one, so that one that did not change keeps its images, folds and focus.
function swapItems(now, next) {
  const old = new Map([...now.children].map((child) => [child.id, child]));
  const wanted = [...next.children].map((item) => {
    const kept = old.get(item.id);
    return kept?.dataset.digest === item.dataset.digest ? kept : item;
  });
  for (const child of old.values()) if (!wanted.includes(child)) child.remove();
  wanted.forEach((item, index) => {
    if (now.children[index] !== item) now.insertBefore(item, now.children[index] ?? null);
  });
}

// Typing, an open menu of a select, or marked text inside: not now.
function isBusy(part) {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("textarea, select, input:not([type=checkbox], [type=radio])"))
    return true;
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}

function remember(part) {
  const fields = [...part.querySelectorAll("[name]:not([type=hidden], button)")].map((field) => ({
    key: `${field.name}=${isChoice(field) ? field.value : ""}`,
    value: field.value,
    checked: field.checked,
    changed: isChoice(field) ? field.checked !== field.defaultChecked : field.value !== initial(field),
  }));
  const folds = [...part.querySelectorAll("details[id]")].map((fold) => [fold.id, fold.open]);
  const scrolls = [...part.querySelectorAll("details[id] .log")].map((log) => [
    log.closest("details[id]").id,
    log.scrollTop + log.clientHeight >= log.scrollHeight - 4 ? "end" : log.scrollTop,
  ]);
  return { fields, folds, scrolls, focus: part.contains(document.activeElement) ? document.activeElement.id : "" };
}

function restore(part, kept) {
  for (const field of part.querySelectorAll("[name]:not([type=hidden], button)")) {
    const key = `${field.name}=${isChoice(field) ? field.value : ""}`;
    const old = kept.fields.find((candidate) => candidate.key === key && candidate.changed);
    if (old === undefined) continue;
    if (isChoice(field)) field.checked = old.checked;
    else field.value = old.value;
  }
  for (const [id, open] of kept.folds) {
    const fold = document.getElementById(id);
    if (fold !== null && part.contains(fold)) fold.open = open;
  }
  for (const [id, top] of kept.scrolls) {
    const log = document.getElementById(id)?.querySelector(".log");
    if (log) log.scrollTop = top === "end" ? log.scrollHeight : top;
  }
  if (kept.focus !== "") document.getElementById(kept.focus)?.focus({ preventScroll: true });
}

function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function initial(field) {
  if (field.tagName !== "SELECT") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
}

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

function updateTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    const text = "since" in time.dataset ? span(seconds) : relative(seconds);
    if (time.textContent !== text) time.textContent = text;
  }
}

function relative(seconds) {
  const unit = units.find(([, size]) => seconds >= size);
  if (unit === undefined) return seconds < 10 ? "now" : `${seconds} seconds ago`;
  const count = Math.floor(seconds / unit[1]);
  return `${count} ${unit[0]}${count === 1 ? "" : "s"} ago`;
}

function span(seconds) {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}

// A menu closes when one clicks or focuses elsewhere, or presses Escape.
const menu = document.getElementById("user-menu");
for (const event of ["click", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    if (menu?.open && !menu.contains(target)) menu.open = false;
  });
}
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && menu?.open) menu.open = false;
});

// Somebody is here: look often again.
for (const event of ["pointerdown", "keydown", "visibilitychange"]) {
  document.addEventListener(event, () => {
    waitMs = usualMs;
  });
}

// A second click must not send a form twice.
document.addEventListener("submit", (event) => {
  const { target } = event;
  if (target.dataset.sent !== undefined) return event.preventDefault();
  target.dataset.sent = "";
  setTimeout(() => {
    for (const button of target.querySelectorAll("button[type=submit]")) button.disabled = true;
  });
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

updateTimes();
schedule();
