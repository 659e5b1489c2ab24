import { AssayError } from "../../core/fault.ts";
import type { OpenModel } from "../onnx/port.ts";

/** Predicted labels as a model gave them: numbers, or places in `texts`. */
export type RawLabels = { readonly values: Float64Array; readonly texts: readonly string[] | null };

/**
 * Predicted labels as the places of their classes; what is no number stays NaN. Throws predictions_invalid that shows
 * the first rows with a label that is none of the classes.
 */
export function resolveLabels(
  model: OpenModel,
  { values, texts }: RawLabels,
  classNames: readonly string[],
  rowNumbers: Uint32Array,
): Float64Array {
  const places = new Map<number, number>();
  const resolved = new Float64Array(values.length);
  const bad: number[] = [];
  const labelOf = (value: number): string | number => (texts === null ? value : (texts[value] ?? ""));
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    let place = places.get(value);
    if (place === undefined) {
      place = Number.isNaN(value) ? Number.NaN : placeOf(labelOf(value), classNames);
      places.set(value, place);
    }
    resolved[row] = place;
    if (place < 0) bad.push(row);
  }
  if (bad.length === 0) return resolved;
  const shown = bad.slice(0, 5).map((row) => {
    const label = labelOf(values[row] ?? Number.NaN);
    return `row ${rowNumbers[row]}: ${JSON.stringify(typeof label === "string" ? label.slice(0, 60) : label)}`;
  });
  const names = classNames.slice(0, 20).map((name) => JSON.stringify(name));
  const what = `${bad.length} of ${values.length} predictions are none of the classes ${names.join(", ")}`;
  throw new AssayError({
    reason: "predictions_invalid",
    message: `${model.role}: ${what} (${shown.join("; ")})`,
    place: { file: model.file },
  });
}

/** The class of that name, else of that number: 1 and "1.0" are one label, and false is 0. */
function placeOf(label: string | number, classNames: readonly string[]): number {
  const named = classNames.indexOf(String(label));
  if (named >= 0) return named;
  const numbers = classNames.map((name) => numberOf(name));
  const number = numberOf(String(label));
  return Number.isNaN(number) ? -1 : numbers.indexOf(number);
}

function numberOf(text: string): number {
  const lower = text.trim().toLowerCase();
  if (lower === "") return Number.NaN;
  return lower === "false" ? 0 : lower === "true" ? 1 : Number(lower);
}
