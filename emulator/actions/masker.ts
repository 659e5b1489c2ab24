/** Replaces secrets in logs by `***`, also where they appear encoded, as GitHub's runner does. */
export type Masker = {
  readonly add: (secret: string) => void;
  readonly mask: (text: string) => string;
};

/** A masker without secrets; every line of a secret of several lines is a secret of its own. */
export function createMasker(): Masker {
  let secrets: readonly string[] = [];
  return {
    add(secret) {
      const lines = [secret, ...secret.split(/\r?\n/)].map((line) => line.trim()).filter((line) => line !== "");
      const all = new Set([...secrets, ...lines.flatMap(formsOf)]);
      secrets = [...all].sort((a, b) => b.length - a.length);
    },
    mask: (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, "***"), text),
  };
}

/** A secret as it is and as it looks in JSON, in a URL and inside base64 at each of the three alignments. */
function formsOf(secret: string): readonly string[] {
  const plain = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  // A short secret's encodings are so short that they would mask ordinary words.
  if (secret.length < 6) return plain.slice(0, 2);
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replaceAll("=", "");
    // The first and last characters depend on neighbors of the secret.
    return text.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1);
  });
  return [...plain, ...encoded];
}
