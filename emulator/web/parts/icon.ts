/** Icons as inline SVG on a 16 by 16 grid, drawn with strokes in the color of the text. */
import { type Html, html, raw } from "../html.ts";

const drawings = {
  check: '<path d="M3 8.5 6.3 12 13 4.5"/>',
  cross: '<path d="m4 4 8 8m0-8-8 8"/>',
  dot: '<circle cx="8" cy="8" r="4" fill="currentColor" stroke="none"/>',
  spin: '<path d="M8 1.8A6.2 6.2 0 1 1 1.8 8"/>',
  clock: '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 2"/>',
  skip: '<circle cx="8" cy="8" r="6"/><path d="m3.8 12.2 8.4-8.4"/>',
  neutral: '<rect x="4" y="4" width="8" height="8" rx="1.5"/>',
  alert: '<path d="M8 2 1.5 13.5h13z"/><path d="M8 6.5v3m0 2v.3"/>',
  open: '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="M4 5.3v5.4m8 0V6.5a2.5 2.5 0 0 0-2.5-2.5H7.5m2-2.2L7.3 4l2.2 2.2"/>',
  merged:
    '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="9" r="1.8"/><path d="M4 5.3v5.4m0-5C4.5 8 7 9 10.2 9"/>',
  closed:
    '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="M4 5.3v5.4m8 0V8M10.2 2l3.6 3.6m0-3.6-3.6 3.6"/>',
  commit: '<circle cx="8" cy="8" r="2.8"/><path d="M1 8h4.2m5.6 0H15"/>',
  code: '<path d="m5 4.5-3.5 3.5L5 11.5m6-7L14.5 8 11 11.5"/>',
  play: '<circle cx="8" cy="8" r="6.2"/><path d="M6.7 5.5v5L10.7 8z" fill="currentColor"/>',
  rocket: '<path d="M6 10 4 8c1.500-4.500 4.500-6.500 10-6-.5 5.500-1.500 8.500-6 10zM4.500 11.500 2 14m8-8.200v.2"/>',
  repo: '<path d="M3.500 1.500h9.500v13H4.500a1.500 1.500 0 0 1 0-3H13m-9.500.5V2.500"/>',
  file: '<path d="M3.500 1.500h6l3 3v10h-9zm5.500 0v3.500h3.500"/>',
  folder: '<path d="M1.500 3h5l1.500 2h6.500v8.500h-13z" fill="currentColor" fill-opacity=".45"/>',
  branch:
    '<circle cx="4.500" cy="3.500" r="1.800"/><circle cx="4.500" cy="12.500" r="1.800"/><circle cx="11.500" cy="4.500" r="1.800"/><path d="M4.500 5.300v5.400M11.500 6.300c0 2.500-4 1.700-6.500 4"/>',
  comment: '<path d="M1.500 2.500h13v9H7l-3.500 3v-3h-2z"/>',
  edit: '<path d="m2.500 13.500.8-3.200 7.700-7.700 2.400 2.400-7.700 7.700z"/>',
  box: '<path d="M2 5v8h12V5M1.300 2.300h13.400V5H1.300zM6.300 8h3.400"/>',
  globe:
    '<circle cx="8" cy="8" r="6.200"/><path d="M1.800 8h12.400M8 1.800c-4 4-4 8.400 0 12.400 4-4 4-8.400 0-12.400"/>',
} as const;

export type IconName = keyof typeof drawings;

/** One icon; decorative unless a label is given. */
export function icon(name: IconName, tone = "", label: string | null = null): Html {
  const role = label === null ? raw('aria-hidden="true"') : html`role="img" aria-label="${label}"`;
  return html`<svg class="icon ${tone && `tone-${tone}`} icon-${name}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" ${role}>${raw(drawings[name])}</svg>`;
}
