import type { Report } from "../../core/report.ts";
import type { ModelView } from "../../core/view.ts";
import { type Block, code, list, paragraph, type Text } from "../document.ts";
import { clip } from "../escape.ts";
import { count, counted, shortDigest } from "../words.ts";

const shownWarnings = 10;

/** What a reader must know about the rows to read the numbers: weights, groups, rows left out, warnings. */
export function dataNotes({ data, task }: Report): readonly Block[] {
  const warnings = data.warnings ?? [];
  const more = warnings.length - shownWarnings;
  const notes: readonly Text[] = [
    ...(data.weight == null ? [] : [weightNote(data.weight)]),
    ...(data.groups == null ? [] : [groupNote(data.groups, task)]),
    ...(data.unpredicted === undefined || data.unpredicted === 0 ? [] : [[unpredictedNote(data.unpredicted)]]),
    ...warnings.slice(0, shownWarnings).map((warning): Text => [`⚠️ ${clip(warning, 300)}`]),
    ...(more > 0 ? [[`⚠️ ${counted(more, "more warning")} in the report.`]] : []),
  ];
  return notes.length === 0 ? [] : [list(...notes)];
}

/** What is different about the rows since the baseline was judged; both models are measured on the rows of now. */
export function dataChange({ baseline, history }: ModelView, { data }: Report): readonly Block[] {
  const before = history.find(({ version }) => version === baseline?.version)?.data;
  if (before === undefined || before.digest === data.digest) return [];
  const rows =
    before.rows === data.rows
      ? `still ${counted(data.rows, "row")}`
      : `${count(before.rows)} → ${counted(data.rows, "row")}`;
  return [
    paragraph(
      "The evaluation data is not what ",
      code(clip(baseline?.version ?? "", 60)),
      ` was judged on: ${rows}, `,
      code(shortDigest(before.digest)),
      " → ",
      code(shortDigest(data.digest)),
      ". Both models are measured on the new rows.",
    ),
  ];
}

function weightNote({ column, effective }: NonNullable<Report["data"]["weight"]>): Text {
  return [
    "Rows are weighted by ",
    code(clip(column, 60)),
    `: they tell as much as ${count(Math.round(effective))} rows of equal weight.`,
  ];
}

function groupNote({ column, count: groups }: NonNullable<Report["data"]["groups"]>, task: Report["task"]): Text {
  const name = code(clip(column, 60));
  const [one, several] = task === "ranking" ? ["query", "queries"] : ["group", "groups"];
  const what = `${count(groups)} ${groups === 1 ? one : several}`;
  return [`Rows come in ${what} by `, name, `: intervals allow for other ${several}, not just for other rows.`];
}

function unpredictedNote(rows: number): string {
  const are = rows === 1 ? "row is" : "rows are";
  return `⚠️ ${count(rows)} ${are} left out for both models, because one of them predicted no finite number there.`;
}
