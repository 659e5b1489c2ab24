import { takePictures } from "./take.ts";

const files = await takePictures({
  pid: process.pid,
  env: process.env,
  browser: process.argv[2] ?? "/usr/bin/chromium",
});
for (const file of files) process.stdout.write(`${file}\n`);
