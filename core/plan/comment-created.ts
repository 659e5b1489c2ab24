import {
  type Cancel,
  type CheckedCommand,
  type Command,
  checkCommand,
  checkRecheck,
  type Retrain,
} from "../command/check.ts";
import { commandSyntax, mayHoldCommand, type ParsedCommand, parseComment } from "../command/parse.ts";
import { configPath } from "../config/parse.ts";
import type { Config } from "../config/schema.ts";
import type { Fault } from "../fault.ts";
import type { Job, Pull } from "../job/state.ts";
import type { Decision } from "../ledger.ts";
import { laterCommand, modelsOf, noteCommand, overtaken } from "./command-order.ts";
import { atWork, carryOut, isMeant, mayWrite } from "./commands.ts";
import { type Context, nothing, type Plan, planOf } from "./decision.ts";
import type { Effect } from "./effect.ts";
import type { EventOf } from "./event.ts";
import type { CommentFacts } from "./facts.ts";
import { modelNames } from "./pull-changed.ts";
import { ruledNow } from "./ruling.ts";
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
export function planCommentCreated(event: EventOf<"comment_created">, known: CommentFacts, context: Context): Plan {
  const parsed = parseComment(event.body);
  if (event.authorIsBot || parsed.commands.length + parsed.faults.length === 0) return nothing;

  const facts = ruledNow(known);
  const config = facts.baseConfig?.ok === true ? facts.baseConfig.config : null;
  const affected = facts.memory.pull?.affected ?? [];
  const checked = parsed.commands.map((command) => ({
    command,
    answer: allow(command, event, facts, config, affected),
  }));
  const refused: readonly Refused[] = [
    ...parsed.faults,
    ...checked.flatMap(({ command, answer }) => (answer.ok ? [] : [{ text: command.text, fault: answer.fault }])),
  ];
  // What a later comment has replaced is answered, but does not hold up the rest: it would have run, and been replaced.
  const isHeldUp = refused.some(({ fault }) => fault.reason !== "superseded") || refused.length === checked.length;
  if (isHeldUp && refused.length > 0)
    return planOf({
      pull: noteIdleCancels(checked, event, facts, config),
      ledger: refused.map(({ text, fault }) => decision("command_refused", text, event, fault)),
      effects: [{ kind: "react", commentId: event.commentId, content: "confused" }, answerTo(event, refused)],
    });
  const accepted = checked.flatMap(({ command, answer }) =>
    answer.ok ? [{ text: command.text, command: answer.command }] : [],
  );
  const replaced = refused.map(({ text, fault }) => decision("command_refused", text, event, fault));
  const done = runAll(accepted, event, facts, config, context);
  return {
    ...done,
    ledger: [...replaced, ...done.ledger],
    effects: [...done.effects, ...(refused.length === 0 ? [] : [answerTo(event, refused)])],
  };
}

type Refused = { readonly text: string; readonly fault: Fault };
/** `idle`: a `/cancel` that is refused only because nothing that it can mean is at work. */
type Answer = CheckedCommand & { readonly idle?: Cancel };
type Accepted = { readonly text: string; readonly command: Command };

function runAll(
  accepted: readonly Accepted[],
  event: EventOf<"comment_created">,
  facts: CommentFacts,
  config: Config | null,
  context: Context,
): Plan {
  const effects: Effect[] = [{ kind: "react", commentId: event.commentId, content: "rocket" }];
  const jobs: Job[] = [];
  const ledger: Decision[] = accepted.map(({ text }) => decision("command_accepted", text, event, null));
  const asked = { by: event.author, comment: event.commentId };
  let { pull } = facts.memory;
  for (const { command } of accepted) {
    if (command.kind === "help") effects.push(help(event, config));
    else if (command.kind === "recheck") effects.push({ kind: "recheck", pull: event.pull });
    else {
      const done = carryOut(command, asked, facts, remember(facts.memory, { jobs }).jobs, context);
      if (pull !== null) pull = note(pull, command, event, facts, config);
      jobs.push(...done.jobs);
      effects.push(...done.effects);
      ledger.push(...done.ledger);
    }
  }
  // A later command of the comment may have stopped a job of an earlier one: only how a job ends up is written.
  const last = jobs.filter((job, index) => jobs.findLastIndex((one) => one.id === job.id) === index);
  if (pull === null || last.length === 0) return planOf({ effects, ledger });
  const shown = show(pull, remember(facts.memory, { jobs: last }), last);
  return planOf({ pull, jobs: last, ledger, effects: [...effects, ...shown] });
}

function note(
  pull: Pull,
  command: Retrain | Cancel,
  { commentId, author }: EventOf<"comment_created">,
  { memory }: CommentFacts,
  config: Config | null,
): Pull {
  if (config === null) return pull;
  const models = modelsOf(command, config, memory.jobs);
  return noteCommand(pull, models, { comment: commentId, kind: command.kind, by: author });
}

/**
 * A `/cancel` that finds nothing at work may have overtaken the command it was to stop: it is remembered, so that that one
 * starts nothing when it is told. Null unless that is all that holds up the comment.
 */
function noteIdleCancels(
  checked: readonly { readonly answer: Answer }[],
  event: EventOf<"comment_created">,
  facts: CommentFacts,
  config: Config | null,
): Pull | null {
  const { pull } = facts.memory;
  const isIdle = checked.every(({ answer }) => answer.ok || answer.idle !== undefined);
  const idle = checked.flatMap(({ answer }) => (answer.idle === undefined ? [] : [answer.idle]));
  if (pull === null || !isIdle || idle.length === 0) return null;
  return idle.reduce((now, command) => note(now, command, event, facts, config), pull);
}

function answerTo(event: EventOf<"comment_created">, refused: readonly Refused[]): Effect {
  return {
    kind: "reply",
    pull: event.pull,
    commentId: event.commentId,
    reply: { kind: "refused", faults: refused.map(({ fault }) => fault), command: refused[0]?.text ?? "" },
  };
}

function allow(
  parsed: ParsedCommand,
  event: EventOf<"comment_created">,
  facts: CommentFacts,
  config: Config | null,
  affected: readonly string[],
): Answer {
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
  const moved = headMoved(checked.command, parsed, event, pull, facts.liveHead);
  if (moved !== null) return { ok: false, fault: moved };
  return checked.command.kind === "cancel"
    ? allowCancel(checked.command, pull, facts.memory.jobs, event)
    : allowRetrain(checked.command, pull, event);
}

/** Only what no later comment started can be meant. */
function allowCancel(
  command: Cancel,
  pull: Pull,
  jobs: readonly Job[],
  { commentId: comment, author: by }: EventOf<"comment_created">,
): Answer {
  const open = atWork(command, pull, jobs);
  if (open.some((job) => isMeant(job, pull, { by, comment }))) return { ok: true, command };
  const [later] = open.flatMap(({ model }) => laterCommand(pull, model, comment) ?? []);
  if (later !== undefined) return { ok: false, fault: overtaken(later), idle: command };
  return { ...refuse("nothing_to_do", "nothing is at work that could be stopped"), idle: command };
}

/** The models are left out of which a later comment, told before this one, has said what is to become. */
function allowRetrain(command: Retrain, pull: Pull, { commentId }: EventOf<"comment_created">): Answer {
  const later = command.models.flatMap(({ model }) => laterCommand(pull, model, commentId) ?? []);
  const models = command.models.filter(({ model }) => !later.some((one) => one.model === model));
  const [first] = later;
  return models.length === 0 && first !== undefined
    ? { ok: false, fault: overtaken(first) }
    : { ok: true, command: { ...command, models } };
}

/**
 * A command is about the commit its author could see. If the head became the head in the same second or later, or
 * GitHub already has a newer one, the person is asked to name the commit, or to say again what shall be stopped: commit dates
 * are never evidence.
 */
function headMoved(
  command: Retrain | Cancel,
  parsed: ParsedCommand,
  event: EventOf<"comment_created">,
  pull: Pull,
  liveHead: string,
): Fault | null {
  const current = liveHead.slice(0, 12);
  const isRetrain = command.kind === "retrain";
  const paste = isRetrain ? `${parsed.text.replace(/\s+--commit=\S+/, "")} --commit=${current}` : parsed.text;
  if (isRetrain && command.commit !== null) {
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
