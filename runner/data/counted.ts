/** A number of things in words: `1 row has`, `2 rows have`. */
export function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
