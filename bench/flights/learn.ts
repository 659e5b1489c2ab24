import { randomFrom } from "../random.ts";
import type { Flights } from "./data.ts";
import { backward, forward, initialWeights, type Network, networkOf, shapeOf } from "./network.ts";

/** Values of the calendar's columns, hour, weekday and month, each looked up in a table of its own. */
const calendarTables = [
  { entries: 24, width: 6 },
  { entries: 7, width: 3 },
  { entries: 13, width: 3 },
] as const;
const airportWidth = 8;

export type Training = { readonly seed: number; readonly epochs: number; readonly hidden: readonly number[] };

/** A trained model with what its inputs are scaled by; entry 0 of an airport's table stands for an unknown one. */
export type Trained = {
  readonly network: Network;
  readonly airports: readonly string[];
  readonly distance: { readonly mean: number; readonly deviation: number };
};

const batchRows = 128;

/** Learns the probability of being late: Adam (Kingma and Ba 2015) on the log loss. Depends on the arguments alone. */
export function learn(flights: Flights, { seed, epochs, hidden }: Training): Trained {
  const airports = [...new Set(flights.airports.flat())].toSorted();
  const tables = [...calendarTables, ...[0, 1].map(() => ({ entries: airports.length + 1, width: airportWidth }))];
  const shape = shapeOf(tables, 1, hidden);
  const random = randomFrom("flights", seed);
  const network = networkOf(shape, initialWeights(shape, random));
  const distance = momentsOf(flights.distance);
  const entries = entriesOf(flights, airports);
  const step = adam(network);
  const order = Uint32Array.from({ length: flights.rows }, (_, row) => row);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random.uniform);
    // The rate falls in a line to a tenth, so that the last rows do not outweigh the others.
    for (let from = 0; from < order.length; from += batchRows) {
      const batch = order.subarray(from, from + batchRows);
      for (const row of batch) {
        const own = entries.subarray(row * tables.length, (row + 1) * tables.length);
        const scaled = ((flights.distance[row] ?? 0) - distance.mean) / distance.deviation;
        const probability = forward(network, own, [scaled]);
        backward(network, own, probability - (flights.late[row] ?? 0));
      }
      const done = (epoch * order.length + from) / (epochs * order.length);
      step(0.002 * (1 - 0.9 * done), batch.length);
    }
  }
  return { network, airports, distance };
}

/** Gives the step that moves the weights against the gradient summed over `rows`, and clears it. */
function adam({ weights, gradient }: Network): (rate: number, rows: number) => void {
  const mean = new Float64Array(weights.length);
  const square = new Float64Array(weights.length);
  let steps = 0;
  return (rate, rows) => {
    steps += 1;
    const meanScale = 1 - 0.9 ** steps;
    const squareScale = 1 - 0.999 ** steps;
    for (let at = 0; at < weights.length; at += 1) {
      const slope = (gradient[at] ?? 0) / rows;
      const first = 0.9 * (mean[at] ?? 0) + 0.1 * slope;
      const second = 0.999 * (square[at] ?? 0) + 0.001 * slope * slope;
      mean[at] = first;
      square[at] = second;
      weights[at] = (weights[at] ?? 0) - (rate * (first / meanScale)) / (Math.sqrt(second / squareScale) + 1e-8);
    }
    gradient.fill(0);
  };
}

function entriesOf(flights: Flights, airports: readonly string[]): Int32Array {
  const numberOf = new Map(airports.map((airport, at) => [airport, at + 1]));
  const entries = new Int32Array(flights.rows * 5);
  flights.airports.forEach(([origin, destination], row) => {
    entries.set(flights.calendar.subarray(row * 3, row * 3 + 3), row * 5);
    entries[row * 5 + 3] = numberOf.get(origin) ?? 0;
    entries[row * 5 + 4] = numberOf.get(destination) ?? 0;
  });
  return entries;
}

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

function shuffle(order: Uint32Array, uniform: () => number): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(uniform() * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[pick] ?? 0;
    order[pick] = moved;
  }
}
