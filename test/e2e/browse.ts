import { accessSync, constants } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { root } from "../../demo/world.ts";

/** The system's Chromium, or null. */
export function findChromium(path: string | undefined): string | null {
  const places = ["/usr/bin", ...(path ?? "").split(delimiter)];
  const candidates = places.flatMap((folder) => ["chromium", "chromium-browser"].map((name) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type Browser = {
  readonly page: Page;
  /** Messages of scripts that failed and of resources that were refused. */
  readonly complaints: readonly string[];
  readonly signIn: (login: string) => Promise<void>;
  /** Keeps a picture of the whole page for a person to look at. */
  readonly picture: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A browser with a new profile, which goes when it closes. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "assay-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 1280, height: 900 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Browsers ask for it unasked.
    const isIcon = message.location().url.endsWith("/favicon.ico");
    if (message.type() === "error" && !isIcon) complaints.push(`${message.text()} ${message.location().url}`);
  });
  const pictures = join(root, ".tmp", "screenshots");
  await mkdir(pictures, { recursive: true });
  return {
    page,
    complaints,
    signIn: async (login) => {
      await page.locator("#user-menu > summary").click();
      await page.locator(`#user-menu button[value="${login}"]`).click();
      await page.locator(`[data-viewer="${login}"]`).waitFor();
    },
    picture: async (name) => void (await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })),
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
