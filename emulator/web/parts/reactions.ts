/** Reactions with their counts, drawn here so that they look the same on a machine without an emoji font. */
import { type Html, html, raw } from "../html.ts";
import type { Reactions } from "../shapes.ts";

const face =
  '<circle cx="8" cy="8" r="7" fill="#ffcc4d"/><circle cx="5.500" cy="6.300" r="1" fill="#664500"/><circle cx="10.500" cy="6.300" r="1" fill="#664500"/>';
const thumb =
  '<path d="M1.500 7.500h2.500v6.500H1.500zM5 7.500l3-6c1.500 0 2 1 1.700 2.300L9.200 6h4c1.200 0 1.800 1 1.500 2l-1.300 4.500c-.3 1-1 1.500-2 1.500H7L5 13z" fill="#ffcc4d" stroke="#b07d00" stroke-width=".700"/>';

const drawings = [
  { key: "+1", label: "thumbs up", drawing: thumb },
  { key: "-1", label: "thumbs down", drawing: `<g transform="rotate(180 8 8)">${thumb}</g>` },
  { key: "laugh", label: "laugh", drawing: `${face}<path d="M4.500 9h7a3.500 3.500 0 0 1-7 0z" fill="#664500"/>` },
  {
    key: "hooray",
    label: "hooray",
    drawing:
      '<path d="M2 14 5 5.500l5.500 5.500z" fill="#ffcc4d"/><path d="M9 5c0-2 1-3 2.500-3.500M11 7c1.500-1 3-1 4-.5M9.500 6.500 13 3" stroke="#ea596e" fill="none" stroke-width="1.200"/>',
  },
  {
    key: "confused",
    label: "confused",
    drawing: `${face}<path d="M5.500 11.500c1-1.500 3-2 5-1.500" stroke="#664500" fill="none"/>`,
  },
  {
    key: "heart",
    label: "heart",
    drawing:
      '<path d="M8 14C3 10.500 1.500 8 1.500 5.500 1.500 2 6.500 1.500 8 4.500 9.500 1.500 14.500 2 14.500 5.500 14.500 8 13 10.500 8 14z" fill="#dd2e44"/>',
  },
  {
    key: "rocket",
    label: "rocket",
    drawing:
      '<path d="M5 11 3.500 9.500C5 4.500 8.500 1.500 14 2c.5 5.500-2.500 9-7.500 10.500z" fill="#a0b4c4"/><circle cx="10" cy="6" r="1.500" fill="#226699"/><path d="M4 10.500 1.500 14.500l4-2.500z" fill="#f4900c"/>',
  },
  {
    key: "eyes",
    label: "eyes",
    drawing:
      '<ellipse cx="4.300" cy="8" rx="3.200" ry="5" fill="#fff" stroke="#8899a6"/><ellipse cx="11.700" cy="8" rx="3.200" ry="5" fill="#fff" stroke="#8899a6"/><circle cx="3.500" cy="8.500" r="1.700" fill="#292f33"/><circle cx="10.900" cy="8.500" r="1.700" fill="#292f33"/>',
  },
] as const;

/** Every reaction that somebody gave; nothing when there is none. */
export function reactions(of: Reactions | undefined): Html | null {
  const given = drawings.filter(({ key }) => (of?.[key] ?? 0) > 0);
  if (of === undefined || given.length === 0) return null;
  return html`<p class="reactions">${given.map(
    ({ key, label, drawing }) =>
      html`<span class="reaction" data-reaction="${key}"><svg class="icon" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="${label}">${raw(drawing)}</svg> ${of[key]}</span>`,
  )}</p>`;
}
