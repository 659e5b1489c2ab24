/**
 * `text` with everything between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` replaced by `content`; null when the
 * markers are missing or out of order.
 */
export function replaceSection(text: string, name: string, content: string): string | null {
  const open = `<!-- bench:${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(`<!-- /bench:${name} -->`);
  if (start < 0 || end < start) return null;
  return `${text.slice(0, start + open.length)}\n${content.trim()}\n${text.slice(end)}`;
}
