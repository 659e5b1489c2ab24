/** A unified diff, as REST's `patch` field holds it, as numbered lines. */
export type DiffLine =
  | { readonly kind: "hunk"; readonly text: string }
  | { readonly kind: "added"; readonly after: number; readonly text: string }
  | { readonly kind: "removed"; readonly before: number; readonly text: string }
  | { readonly kind: "same"; readonly before: number; readonly after: number; readonly text: string }
  | { readonly kind: "note"; readonly text: string };

/** Lines of one file's patch with their line numbers before and after. */
export function parsePatch(patch: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  for (const line of patch.split("\n")) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    const text = line.slice(1);
    if (hunk !== null) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      lines.push({ kind: "hunk", text: line });
    } else if (line.startsWith("+")) lines.push({ kind: "added", after: after++, text });
    else if (line.startsWith("-")) lines.push({ kind: "removed", before: before++, text });
    else if (line.startsWith("\\")) lines.push({ kind: "note", text: line });
    else if (line.startsWith(" ")) lines.push({ kind: "same", before: before++, after: after++, text });
  }
  return lines;
}
