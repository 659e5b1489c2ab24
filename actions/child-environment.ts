/**
 * What a child process may know of this action. Left out: the job's credentials (`ACTIONS_RUNTIME_TOKEN`, `INPUT_TOKEN`),
 * the runner's command files, through which training code could set variables or outputs of later steps, and settings
 * that would load code into the child.
 */
const withheld = /^(ACTIONS_|GITHUB_|INPUT_|STATE_|GIT_CONFIG|GH_TOKEN$|NODE_OPTIONS$|NODE_PATH$)/i;

/** The environment for a child: the machine's own variables, without anything of GitHub or of this job. */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(environment).filter(([name]) => !withheld.test(name));
  return { ...Object.fromEntries(kept), ...added };
}
