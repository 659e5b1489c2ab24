const signs: Readonly<Record<string, string>> = {
  "✅": "✓",
  "❌": "✗",
  "◻️": "?",
  "☑️": "~",
  "⚠️": "!",
  "⏳": "…",
  "⏹️": "-",
};

/** Icons as signs that every font has and that are one column wide in every terminal. */
export function withSigns(text: string): string {
  return text.replace(/✅|❌|◻️|☑️|⚠️|⏳|⏹️/g, (icon) => signs[icon] ?? icon);
}
