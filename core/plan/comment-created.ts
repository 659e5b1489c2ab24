import { type CheckedCommand, checkCommand, checkRecheck, type Retrain } from "../command/check.ts";
import { commandSyntax, mayHoldCommand, type ParsedCommand, parseComment } from "../command/parse.ts";
import { configPath } from "../config/parse.ts";
import type { Config } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import type { Job, Pull } from "../job/state.ts";
import type { Decision } from "../ledger.ts";
import { atWork, carryOut, mayWrite } from "./commands.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { Effect } from "./effect.ts";
import type { EventOf } from "./event.ts";
import type { CommentFacts } from "./facts.ts";
import { modelNames } from "./pull-changed.ts";
import { remember, show } from "./show.ts";

/** Could the comment be meant for us? Asked of all that is said, before it is kept: quick, and its no is certain. */
export function mayBeAddressed({ authorIsBot, body }: EventOf<"comment_created">): boolean {
  return !authorIsBot && mayHoldCommand(body);
}

/** Does the comment hold anything for us? Asked before facts are gathered, so that chatter costs no request. */
export function isAddressed(event: EventOf<"comment_created">): boolean {
  if (event.authorIsBot) return false;
  const { commands, faults } = parseComment(event.body);
  return commands.length + faults.length > 0;
}

/** The commands of a comment: all are checked before any runs, and each is answered with a reaction or a reason. */
export function planCommentCreated(event: EventOf<"comment_created">, facts: CommentFacts, context: Context): Plan {
  const parsed = parseComment(event.body);
  if (event.authorIsBot || parsed.commands.length + parsed.faults.length === 0) return nothing;

  const config = facts.baseConfig?.ok === true ? facts.baseConfig.config : null;
  const affected = facts.memory.pull?.affected ?? [];
  const checked = parsed.commands.map((command) => ({
    command,
    answer: allow(command, event, facts, config, affected),
  }));
  const refused = [
    ...parsed.faults,
    ...checked.flatMap(({ command, answer }) => (answer.ok ? [] : [{ text: command.text, fault: answer.fault }])),
  ];
  if (refused.length > 0) {
    const [first] = refused;
    return planOf({
      ledger: refused.map(({ text, fault }) => decision("command_refused", text, event, fault)),
      effects: [
        { kind: "react", commentId: event.commentId, content: "confused" },
        {
          kind: "reply",
          pull: event.pull,
          commentId: event.commentId,
          reply: { kind: "refused", faults: refused.map(({ fault }) => fault), command: first?.text ?? "" },
        },
      ],
    });
  }
  const effects: Effect[] = [{ kind: "react", commentId: event.commentId, content: "rocket" }];
  const jobs: Job[] = [];
  const ledger: Decision[] = checked.map(({ command }) => decision("command_accepted", command.text, event, null));
  for (const { answer } of checked) {
    if (!answer.ok) continue;
    if (answer.command.kind === "help") effects.push(help(event, config));
    else if (answer.command.kind === "recheck") effects.push({ kind: "recheck", pull: event.pull });
    else {
      const done = carryOut(answer.command, event.author, facts, remember(facts.memory, { jobs }).jobs, context);
      jobs.push(...done.jobs);
      effects.push(...done.effects);
      ledger.push(...done.ledger);
    }
  }
  const { pull } = facts.memory;
  // A later command of the comment may have stopped a job of an earlier one: only how a job ends up is written.
  const last = jobs.filter((job, index) => jobs.findLastIndex((one) => one.id === job.id) === index);
  if (pull === null || last.length === 0) return planOf({ effects, ledger });
  const shown = show(pull, remember(facts.memory, { jobs: last }), last);
  return planOf({ pull, jobs: last, ledger, effects: [...effects, ...shown] });
}

function allow(
  parsed: ParsedCommand,
  event: EventOf<"comment_created">,
  facts: CommentFacts,
  config: Config | null,
  affected: readonly string[],
): CheckedCommand {
  const { pull } = facts.memory;
  const needed = commandSyntax[parsed.name].who;
  if (needed === "write" && !mayWrite(facts.permission)) {
    return refuse(
      "not_permitted",
      `/${parsed.name} needs write permission on this repository; ${event.author} has ${facts.permission}`,
    );
  }
  if (parsed.name === "help") return { ok: true, command: { kind: "help" } };
  // Of a closed pull request too: what its merge made may have to be mended.
  if (parsed.name === "recheck" && pull !== null) return checkRecheck(parsed);
  if (config === null)
    return refuse(
      "config_invalid",
      `${configPath} on the base branch is missing or has a mistake; see the check "assay"`,
    );
  if (pull === null || pull.state !== "open") return refuse("pull_closed", "the pull request is not open");
  if (pull.base.ref !== pull.defaultBranch)
    return refuse("base_not_default", `models are judged on pull requests to ${pull.defaultBranch}`);
  if (pull.fork)
    return refuse("fork_not_vetted", "code from a fork is not trained before a maintainer has vetted the commit");
  const checked = checkCommand(parsed, config, affected);
  if (!checked.ok || checked.command.kind === "help" || checked.command.kind === "recheck") return checked;
  if (checked.command.kind === "cancel")
    return atWork(checked.command, pull, facts.memory.jobs).length > 0
      ? checked
      : refuse("nothing_to_do", "nothing is at work that could be stopped");
  const moved = headMoved(checked.command, parsed, event, pull, facts.liveHead);
  return moved === null ? checked : { ok: false, fault: moved };
}

/**
 * A command is about the commit its author could see. If the head became the head in the same second or later, or
 * GitHub already has a newer one, the person is asked to name the commit: commit dates are never evidence.
 */
function headMoved(
  command: Retrain,
  parsed: ParsedCommand,
  event: EventOf<"comment_created">,
  pull: Pull,
  liveHead: string,
): Fault | null {
  const current = liveHead.slice(0, 12);
  const paste = `${parsed.text.replace(/\s+--commit=\S+/, "")} --commit=${current}`;
  if (command.commit !== null) {
    const isHead = liveHead.startsWith(command.commit);
    if (isHead && pull.head === liveHead) return null;
    if (isHead) return { reason: "head_moved", message: `the push of ${current} is still on its way`, command: paste };
    return {
      reason: "head_moved",
      message: `the head is ${current}, not ${command.commit.slice(0, 12)}`,
      command: paste,
    };
  }
  const unseen = pull.head !== liveHead || (pull.headSince !== null && event.at <= pull.headSince);
  return unseen
    ? { reason: "head_moved", message: `the head became ${current} while you wrote`, command: paste }
    : null;
}

function help(event: EventOf<"comment_created">, config: Config | null): Effect {
  const models =
    config === null
      ? []
      : modelNames(config).map((name) => ({ name, params: Object.keys(config.models[name]?.train.params ?? {}) }));
  return {
    kind: "reply",
    pull: event.pull,
    commentId: event.commentId,
    reply: { kind: "help", models, environments: Object.keys(config?.environments ?? {}) },
  };
}

function refuse(reason: Fault["reason"], message: string): CheckedCommand {
  return { ok: false, fault: { reason, message } };
}

function decision(what: string, text: string, event: EventOf<"comment_created">, fault: Fault | null): Decision {
  return {
    what,
    reason: fault?.reason ?? null,
    by: event.author,
    subject: { pull: event.pull, comment: event.commentId, command: text.slice(0, 200).toWellFormed() },
  };
}
