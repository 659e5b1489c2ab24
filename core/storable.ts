/** Text as every database keeps it: NUL and halves of surrogate pairs, which Postgres refuses, become U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
