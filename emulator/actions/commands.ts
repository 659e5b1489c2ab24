/** What steps say to the runner: `::command::` lines on stdout, and the files behind GITHUB_ENV and its siblings. */
export type Command = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
};

/** A workflow command, or null for an ordinary line. */
export function parseCommand(line: string): Command | null {
  const match = /^\s*::([^:\s]+)(?: ((?:(?!::).)*))?::(.*)$/s.exec(line);
  if (match === null) return null;
  const [, name = "", properties = "", message = ""] = match;
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(
      properties.split(",").flatMap((pair) => {
        const equals = pair.indexOf("=");
        return equals > 0 ? [[pair.slice(0, equals).trim(), unescapeProperty(pair.slice(equals + 1))] as const] : [];
      }),
    ),
    message: unescapeData(message),
  };
}

/**
 * Assignments of a command file: `name=value` lines and `name<<DELIMITER` blocks.
 * Throws with the runner's own message for a line that is neither.
 */
export function parseAssignments(text: string): readonly (readonly [name: string, value: string])[] {
  const assignments: (readonly [string, string])[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      assignments.push([line.slice(0, equals), line.slice(equals + 1)]);
      continue;
    }
    const delimiter = line.slice(heredoc + 2);
    if (heredoc <= 0 || delimiter === "") throw new Error(`Invalid format '${line}'`);
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    assignments.push([line.slice(0, heredoc), lines.slice(index + 1, end).join("\n")]);
    index = end;
  }
  return assignments;
}

/** Folders of a GITHUB_PATH file, in the order written. */
export function parsePaths(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  const unescaped = text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",");
  return unescaped.replaceAll("%25", "%");
}
