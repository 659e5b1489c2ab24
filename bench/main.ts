import { benchStory } from "./story.ts";

const [name, rounds] = process.argv.slice(2);
if (name === undefined || name === "story") {
  process.stdout.write(await benchStory({ rounds: Number(rounds ?? 5), env: process.env, pid: process.pid }));
} else {
  process.stderr.write(`no benchmark "${name}"; expected: npm run bench -- story [ROUNDS]\n`);
  process.exitCode = 3;
}
