/**
 * What must never be read by somebody who reads logs or pages: tokens, tickets, private keys, the webhook secret, the
 * password of the database. Everything is found in the text itself, wherever an error or a library put it.
 */
const gone = "[redacted]";

/** Shapes that are secret whoever made them. Each leaves JSON around it, and escapes before it, as they were. */
const shapes: readonly (readonly [shape: RegExp, put: string])[] = [
  // Tokens of GitHub: personal, OAuth, user, installation, refresh; newer ones hold a JWT.
  [/gh[opsur]_[\w.-]{16,}/g, gone],
  [/github_pat_\w{16,}/g, gone],
  // A JWS or JWE, or the beginning of one: base64url of `{"`.
  [/eyJ[\w-]{10,}(?:\.[\w-]*){0,4}/g, gone],
  [/-----BEGIN[A-Z ]* PRIVATE KEY-----[^"]{0,20000}?-----END[A-Z ]* PRIVATE KEY-----/g, gone],
  [/-----BEGIN[A-Z ]* PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\+[nrt])*/g, gone],
  // The private part of a JSON Web Key.
  [/("d\\*"\s*:\s*\\*")[\w-]{20,}/g, `$1${gone}`],
  [/(\/\/)[^\s/@"\\]*:[^\s/@"]*@/g, `$1${gone}@`],
  [/(authorization\\*"\s*:\s*\\*")[^"\\]+/gi, `$1${gone}`],
  [/(authorization:\s*\w+\s+)[^\s"\\]+/gi, `$1${gone}`],
  [/(?<!\\)(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${gone}`],
  // Signed addresses of storage, such as those of artifacts.
  [/([?&](?:sig|signature|x-amz-signature|token|access_token|client_secret)=)[^&\s"\\]+/gi, `$1${gone}`],
];

/** Text without anything that looks like a secret. */
export function hideSecrets(text: string): string {
  return shapes.reduce((rest, [shape, put]) => rest.replace(shape, put), text);
}

/** Shorter ones would turn up in ordinary words. */
const minLength = 8;

/**
 * The same, and without the given secrets, as they are or as JSON, URLs and base64 write them. Of a private key each line
 * is a secret.
 */
export function secretHider(secrets: readonly string[]): (text: string) => string {
  const parts = secrets.flatMap((secret) => [secret, ...(secret.includes("-----BEGIN") ? keyLines(secret) : [])]);
  const forms = [...new Set(parts.flatMap(formsOf))].filter((form) => form.length >= minLength);
  if (forms.length === 0) return hideSecrets;
  const literal = forms
    .toSorted((a, b) => b.length - a.length)
    .map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  // After an odd number of backslashes the first character would belong to an escape of the text around it.
  const known = new RegExp(`(?<=(?<!\\\\)(?:\\\\\\\\)*)(?:${literal.join("|")})`, "g");
  return (text) => hideSecrets(text.replace(known, gone));
}

function keyLines(pem: string): readonly string[] {
  return pem.split(/\s*\n\s*/).filter((line) => line.length >= minLength && !line.startsWith("-----"));
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  const once = quoted(secret);
  return [
    secret,
    once,
    quoted(once),
    encodeURIComponent(secret.toWellFormed()),
    bytes.toString("base64"),
    bytes.toString("base64url"),
  ];
}

/** As inside a JSON string. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The secrets among the App's settings. */
export function secretsOf(settings: {
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly databaseUrl: string | null;
}): readonly string[] {
  return [settings.webhookSecret, settings.privateKey, ...passwordOf(settings.databaseUrl)];
}

function passwordOf(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
