import type { ModelConfig } from "../../core/config/schema.ts";
import type { FairnessGroups } from "../../core/metrics/measure.ts";
import { type Codes, type Collector, collectCodes, collectNumbers } from "./collect.ts";
import { counted } from "./counted.ts";
import { type Demand, demandWhere, numberOf, shownText } from "./demands.ts";
import { classLabels, labelExpression } from "./labels.ts";
import type { Naming } from "./naming.ts";
import type { SelectList } from "./select-list.ts";
import { planSlices, type SliceRows, slicesOf } from "./slices.ts";
import { dataFault, type Source, typeOf } from "./source.ts";
import { quoteName } from "./sql.ts";

type Evaluate = ModelConfig["evaluate"];

/** What the data says of the labeled rows, besides the models' inputs. */
export type Facts = {
  /** Class indices, or numbers for regression and ranking. */
  readonly labels: Int32Array | Float64Array;
  readonly classNames: readonly string[];
  readonly weights: Float64Array | null;
  /** Per row the number of its group. */
  readonly groups: Int32Array | null;
  readonly groupCount: number;
  readonly slices: readonly SliceRows[];
  readonly fairnessGroups: readonly FairnessGroups[];
  readonly warnings: readonly string[];
};

type Place = { readonly file: string; readonly rowNumbers: Uint32Array; readonly naming: Naming };

/** How the facts are read: what to select, who takes it, and what it comes to in the end. */
export type FactsPlan = {
  /** The column of the answer that is NULL where a row has no label. */
  readonly label: number;
  /** The same as a condition in SQL. */
  readonly present: string;
  readonly demands: readonly Demand[];
  readonly collectors: readonly { readonly take: Collector<unknown>["take"] }[];
  /** Throws early for a label column that can be none. */
  readonly checkSoon: () => void;
  readonly result: (rowNumbers: Uint32Array, say: (line: string) => void) => Facts;
};

/** Of labels and of a regression's predictions: the fourth power of an error must still add up. */
export const largestNumber = 1e60;

/** More values than this are no classes. */
const maxLabels = 10_000;

/** Plans how labels, weights, groups, slices and fairness columns are read. Throws config_invalid, data_invalid. */
export async function planFacts(
  source: Source,
  evaluate: Evaluate,
  list: SelectList,
  naming: Naming = "configuration",
): Promise<FactsPlan> {
  const { task, label, weight, group, fairness } = evaluate;
  const isClassifier = task === "binary" || task === "multiclass";
  const type = typeOf(source, label);
  const expression = labelExpression(evaluate, type);
  const place = list.add(expression);
  const classes = isClassifier ? collectCodes(place) : null;
  const numbers = isClassifier ? null : collectNumbers(place);
  const present = `(${expression} IS NOT NULL)`;
  const weighing = weight === undefined ? null : weightOf(source, weight, present);
  const weights = weighing === null ? null : collectNumbers(list.add(weighing.value));
  const groups = group === undefined ? null : collectCodes(list.add(textExpression(group)));
  const fair = fairness.map((by) => ({ by, collector: collectCodes(list.add(textExpression(by))) }));
  const slices = await planSlices(source, evaluate.slices, list, naming);
  const optional = [classes, numbers, weights, groups].filter((collector) => collector !== null);
  return {
    label: place,
    present,
    demands: [...(isClassifier ? [] : labelDemands(source, label, task === "ranking")), ...(weighing?.demands ?? [])],
    collectors: [...optional, ...fair.map(({ collector }) => collector), ...slices.map(({ collector }) => collector)],
    checkSoon: () => {
      const found = classes?.result().values.length ?? 0;
      if (found <= maxLabels) return;
      const message = `label column ${JSON.stringify(label)}: more than ${maxLabels} different values are no classes`;
      throw dataFault("data_invalid", source.file, message);
    },
    result: (rowNumbers, say) => {
      const where = { file: source.file, rowNumbers, naming };
      const truth =
        classes === null
          ? { labels: numbers?.result() ?? new Float64Array(0), classNames: [] }
          : classLabels(classes.result(), evaluate, type, where);
      const grouped = groups === null ? null : complete(groups.result(), group ?? "", where);
      const sliceRows = slicesOf(slices, say);
      return {
        ...truth,
        weights: weights === null ? null : checkWeights(weights.result(), weight ?? "", where),
        groups: grouped?.codes ?? null,
        groupCount: grouped?.values.length ?? rowNumbers.length,
        slices: sliceRows,
        fairnessGroups: fair.map(({ by, collector }) => ({ by, ...complete(collector.result(), by, where) })),
        warnings: [...emptySlices(evaluate.slices, sliceRows), ...lonelyGroups(grouped, group ?? "")],
      };
    },
  };
}

function textExpression(column: string): string {
  return `CAST(${quoteName(column)} AS VARCHAR)`;
}

/** A weight that is missing is told with the others that are none, so it is read as NaN. */
function weightOf(source: Source, column: string, present: string): ReturnType<typeof numberOf> {
  const { value, demands } = numberOf(source, column);
  return {
    value: `coalesce(${value}, 'nan'::DOUBLE)`,
    demands: demands.map((demand) => demandWhere(present, demand)),
  };
}

function labelDemands(source: Source, label: string, isGain: boolean): readonly Demand[] {
  const { value, demands } = numberOf(source, label);
  const bad = (condition: string, what: string): Demand => ({
    violated: `coalesce(${condition}, false)`,
    text: textExpression(label),
    explain: (rows) =>
      dataFault(
        "data_invalid",
        source.file,
        `label column ${JSON.stringify(label)} must hold ${what} (${rows.map(shownText).join("; ")})`,
      ),
  });
  const infinite = bad(`isinf(${value})`, "finite numbers");
  const large = bad(`NOT isnan(${value}) AND abs(${value}) > ${largestNumber}`, `numbers of at most ${largestNumber}`);
  // A gain below 0 would make a ranking worse than one without the document.
  return [...demands, infinite, large, ...(isGain ? [bad(`${value} < 0`, "gains of 0 or more")] : [])];
}

function checkWeights(weights: Float64Array, column: string, { file, rowNumbers }: Place): Float64Array {
  const bad: number[] = [];
  let [total, squares] = [0, 0];
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] ?? Number.NaN;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) bad.push(row);
    total += weight;
    squares += weight * weight;
  }
  const name = `column ${JSON.stringify(column)}`;
  if (bad.length > 0) {
    const shown = bad.slice(0, 5).map((row) => `row ${rowNumbers[row]}: ${shownNumber(weights[row] ?? Number.NaN)}`);
    const what = `${counted(bad.length, "weight is", "weights are")} missing, negative or not finite (${shown.join("; ")})`;
    throw dataFault("data_invalid", file, `${name}: ${what}`);
  }
  if (total === 0) throw dataFault("data_invalid", file, `${name}: every weight is 0`);
  // Beyond these, how many rows the weights are worth is no number.
  if (!Number.isFinite(squares) || squares < smallestSum) {
    const what = squares < smallestSum ? "small" : "large";
    throw dataFault(
      "data_invalid",
      file,
      `${name}: the weights are too ${what} to be added up; give them another unit`,
    );
  }
  return weights;
}

/** Below it, squares have lost digits. */
const smallestSum = 1e-280;

function shownNumber(value: number): string {
  return Number.isNaN(value) ? "none" : String(value);
}

/** Throws data_invalid with the first rows that have no value. */
function complete(found: Codes, column: string, { file, rowNumbers }: Place): Codes {
  const missing: number[] = [];
  for (let row = 0; row < found.codes.length; row++) if ((found.codes[row] ?? -1) < 0) missing.push(row);
  if (missing.length === 0) return found;
  const shown = missing.slice(0, 5).map((row) => rowNumbers[row]);
  const rows = counted(missing.length, "row has", "rows have");
  const what = `${rows} no value (${missing.length === 1 ? "row" : "rows"} ${shown.join(", ")})`;
  throw dataFault("data_invalid", file, `column ${JSON.stringify(column)}: ${what}`);
}

function emptySlices(configured: readonly string[], found: readonly SliceRows[]): readonly string[] {
  const names = new Set(
    found.flatMap(({ slice, rows }) => (rows.length === 0 ? [] : ["by" in slice ? slice.by : slice.where])),
  );
  return configured
    .filter((text) => !names.has(text))
    .map((text) => `the slice ${JSON.stringify(text)} selects no row`);
}

/** Rows that are each a group of their own are drawn one by one: then the column says nothing. */
function lonelyGroups(found: Codes | null, column: string): readonly string[] {
  if (found === null) return [];
  const sizes = new Uint32Array(found.values.length);
  for (const code of found.codes) sizes[code] = (sizes[code] ?? 0) + 1;
  const lonely = sizes.reduce((count, size) => count + (size === 1 ? 1 : 0), 0);
  if (lonely * 2 <= sizes.length) return [];
  return [`most groups of column ${JSON.stringify(column)} have one row: ${lonely} of ${sizes.length}`];
}
