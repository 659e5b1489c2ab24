import { configPath, configTooLarge, type ParsedConfig, parseConfig } from "../core/config/parse.ts";
import { readText } from "../github/contents.ts";
import type { Client } from "../github/octokit.ts";

const maxConfigBytes = 1024 * 1024;
/** A configuration is a few kilobytes; the one that rules is asked for again and again. */
const keptConfigs = 200;

/** Gives the configuration of a commit, or null where it has none. A commit never changes, so none is read twice soon. */
export type ConfigReader = (client: Client, commit: string) => Promise<ParsedConfig | null>;

export function configReader(limit: number = keptConfigs): ConfigReader {
  // The readings themselves are kept, so that two who ask at the same time read once.
  const kept = new Map<string, Promise<ParsedConfig | null>>();
  return (client, commit) => {
    const key = `${client.owner}/${client.repo}@${commit}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const reading = readConfig(client, commit);
    reading.catch(() => kept.delete(key));
    kept.set(key, reading);
    for (const oldest of kept.keys()) {
      if (kept.size <= limit) break;
      kept.delete(oldest);
    }
    return reading;
  };
}

async function readConfig(client: Client, commit: string): Promise<ParsedConfig | null> {
  try {
    const text = await readText(client, configPath, commit, maxConfigBytes);
    return text === null ? null : parseConfig(text, configPath);
  } catch (error) {
    // A pull request may propose a file of any size: that is its mistake, not a fault of ours.
    if (error instanceof RangeError) return configTooLarge(configPath);
    throw error;
  }
}
