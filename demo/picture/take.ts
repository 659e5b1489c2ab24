import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { claimFolder } from "../folder.ts";
import { openScene, story } from "../story.ts";
import { repository, root, startWorld } from "../world.ts";

/**
 * Takes the README's pictures: tells the story up to the two reports, then photographs both comments as a visitor's
 * browser shows them. Run by `npm run picture`; needs a Chromium and a font with emoji.
 */
export async function takePictures(options: {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly browser: string;
}): Promise<readonly string[]> {
  const world = await startWorld(
    await claimFolder(join(root, ".demo"), options.pid),
    { github: 0, app: 0 },
    options.env,
  );
  try {
    const scene = openScene(world);
    for (const step of story.slice(0, 6)) await step.act(scene);
    const browser = await chromium.launch({
      executablePath: options.browser,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
    try {
      const page = await browser.newPage({
        viewport: { width: 1180, height: 1600 },
        deviceScaleFactor: 1.5,
        colorScheme: "light",
      });
      const folder = join(root, "docs/images");
      await mkdir(folder, { recursive: true });
      const files: string[] = [];
      for (const variant of ["better", "worse"]) {
        await page.goto(`${world.url}/${repository.owner}/${repository.repo}/pull/${scene.notes.get(variant) ?? ""}`);
        const comment = page.locator('article[data-author="assay[bot]"]').first();
        await comment.locator("img").first().scrollIntoViewIfNeeded();
        await page.waitForLoadState("networkidle");
        const file = join(folder, `comment-${variant}.png`);
        await comment.screenshot({ path: file });
        files.push(file);
      }
      return files;
    } finally {
      await browser.close();
    }
  } finally {
    await world.stop();
  }
}
