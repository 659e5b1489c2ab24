import { createPrivateKey } from "node:crypto";
import { z } from "zod";

/** What the App is told from outside. The one place that reads the environment. */
export type Settings = {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** REST root of GitHub Enterprise Server (or of a stand-in); null for github.com. */
  readonly apiUrl: string | null;
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
  /** Where browsers reach the App; null: its own address. */
  readonly publicUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace";
};

const minSecretLength = 16;

const environment = z.object({
  APP_ID: z.coerce.number("expected the App's numeric id").int().positive(),
  PRIVATE_KEY: z
    .string("expected the App's private key, PEM, as it is or in base64")
    .transform((key) =>
      key.includes("-----BEGIN") ? key.replaceAll("\\n", "\n") : Buffer.from(key, "base64").toString("utf8"),
    )
    .refine(isPrivateKey, { message: "expected a PEM private key, as it is or in base64" }),
  WEBHOOK_SECRET: z
    .string(`expected the App's webhook secret; without one anybody could forge deliveries`)
    .min(minSecretLength, `expected at least ${minSecretLength} characters; make one with: openssl rand -hex 32`)
    .refine((secret) => secret !== "development", { message: "expected a secret of your own" }),
  GHE_HOST: z
    .string()
    .regex(/^[\w.-]+(:\d+)?$/, "expected a host name, with a port if needed, without https://")
    .optional(),
  GHE_PROTOCOL: z.enum(["https", "http"], "expected https or http").default("https"),
  DATABASE_URL: z
    .url("expected the address of a Postgres, such as postgres://user:password@host:5432/assay")
    .optional(),
  ASSAY_DATA: z.string().min(1).default("./data"),
  ASSAY_PUBLIC_URL: z.url("expected the address browsers use, such as https://assay.example.com").optional(),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce
    .number("expected a port number")
    .int("expected a port number")
    .min(1, "expected a port from 1 to 65535")
    .max(65_535, "expected a port from 1 to 65535")
    .default(3000),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace"], "expected fatal, error, warn, info, debug or trace")
    .default("info"),
});

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).type === "private";
  } catch {
    return false;
  }
}

export type SettingsProblem = { readonly name: string; readonly message: string };

/** Settings, or every problem with them at once; values are never repeated in a message, because some are secrets. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
):
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), message: issue.message })),
    };
  }
  const { data } = parsed;
  return {
    ok: true,
    settings: {
      appId: data.APP_ID,
      privateKey: data.PRIVATE_KEY,
      webhookSecret: data.WEBHOOK_SECRET,
      apiUrl: data.GHE_HOST === undefined ? null : `${data.GHE_PROTOCOL}://${data.GHE_HOST}/api/v3`,
      databaseUrl: data.DATABASE_URL ?? null,
      dataFolder: data.ASSAY_DATA,
      publicUrl: data.ASSAY_PUBLIC_URL?.replace(/\/$/, "") ?? null,
      host: data.HOST,
      port: data.PORT,
      logLevel: data.LOG_LEVEL,
    },
  };
}
