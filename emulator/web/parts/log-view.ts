/** A job's log: numbered lines, groups folded. */
import { type Html, html } from "../html.ts";
import { type NumberedLine, parseLog } from "../log.ts";

const maxLines = 3000;

/** The log as text; groups are `<details>` whose ids are stable, so a refresh keeps them open. */
export function logView(text: string, id: string): Html {
  const log = parseLog(text, maxLines);
  return html`<div class="log" tabindex="0" role="region" aria-label="Log">
    ${log.omitted > 0 && html`<p class="log-omitted">${log.omitted} earlier lines are not shown.</p>`}
    ${log.entries.map((entry) =>
      entry.kind === "line"
        ? logLine(entry)
        : html`<details id="${id}-group-${entry.number}"><summary class="log-line"><span class="log-number">${entry.number}</span><span class="log-text">${entry.title || "(group)"}</span></summary>${entry.lines.map(logLine)}</details>`,
    )}
  </div>`;
}

function logLine({ number, line }: NumberedLine): Html {
  const prefix = line.tone === "error" || line.tone === "warning" || line.tone === "notice" ? `${line.tone}: ` : "";
  return html`<div class="log-line log-${line.tone}"><span class="log-number">${number}</span><span class="log-text">${prefix}${line.text}</span></div>`;
}
