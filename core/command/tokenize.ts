export type Tokens =
  | {
      readonly ok: true;
      readonly words: readonly string[];
      readonly args: readonly (readonly [key: string, value: string])[];
      readonly flags: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

const keyForm = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Splits command arguments: words, `key=value`, `key="a b"` with `\"` and `\\`, `--flag` and `--flag=value`. */
export function tokenize(text: string): Tokens {
  const words: string[] = [];
  const args: (readonly [string, string])[] = [];
  const flags: string[] = [];
  const pieces = split(text);
  if (typeof pieces === "string") return { ok: false, message: pieces };
  for (const piece of pieces) {
    const equals = piece.text.indexOf("=");
    if (piece.text.startsWith("--")) flags.push(piece.text);
    else if (equals > 0 && (piece.firstQuote === null || equals < piece.firstQuote)) {
      const key = piece.text.slice(0, equals);
      if (!keyForm.test(key)) return { ok: false, message: `"${key}" is not a parameter name` };
      args.push([key, piece.text.slice(equals + 1)]);
    } else words.push(piece.text);
  }
  return { ok: true, words, args, flags };
}

type Piece = { readonly text: string; readonly firstQuote: number | null };

/** Pieces between white space, quotes taken off; a message when a quote is not closed. */
function split(text: string): readonly Piece[] | string {
  const pieces: Piece[] = [];
  let current = "";
  let started = false;
  let firstQuote: number | null = null;
  let quoted = false;
  const push = () => {
    if (started) pieces.push({ text: current, firstQuote });
    current = "";
    started = false;
    firstQuote = null;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quoted && character === "\\" && (text[at + 1] === '"' || text[at + 1] === "\\")) {
      current += text[at + 1];
      at += 1;
    } else if (character === '"') {
      firstQuote ??= current.length;
      quoted = !quoted;
      started = true;
    } else if (!quoted && /\s/.test(character)) push();
    else {
      current += character;
      started = true;
    }
  }
  if (quoted) return 'a quote (") is not closed';
  push();
  return pieces;
}
