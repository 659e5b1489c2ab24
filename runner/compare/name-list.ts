import { badUsage } from "../cli/failure.ts";

/**
 * The names of a list such as `a,b,c`. A name that holds a comma stands in double quotes, a quote in it twice, as in CSV:
 * `"a,b",c`. Throws bad_usage that names the flag.
 */
export function readNames(flag: string, text: string): readonly string[] {
  const names: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (let ended = false; !ended; ) {
    const found = part.exec(text);
    if (found === null) throw badUsage(`--${flag} ${text}: a comma or the end is expected after a closing quote`);
    const [, quoted, plain = "", separator] = found;
    const name = quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"');
    if (name === "") throw badUsage(`--${flag} ${text}: a name between the commas is empty`);
    names.push(name);
    ended = separator === "";
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badUsage(`--${flag} names ${JSON.stringify(twice)} twice`);
  return names;
}
