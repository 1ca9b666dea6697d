import {
  type AppendedEvents,
  type FinishRun,
  MAX_RUN_CHARACTERS,
  MAX_RUN_EVENT_CHARACTERS,
  type RunEvent,
  type RunFeedback,
  type RunFeedbackRecord,
  type RunRecord,
  type StartRun,
} from '#contracts';
import type { EpochMs } from '#model';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { ExecutorContext } from '../context.ts';
import { EXECUTOR_ACTOR, record, write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { PersonPrincipal, Principal } from '../identity/principal.ts';
import { actorOf } from '../identity/principal.ts';
import type { LedgerSession } from '../store/ledger.ts';

/** How many runs that are over keep their events, and how long. */
const RETENTION = { runs: 400, days: 90 } as const;
const DAY_MS = 86_400_000;

/** Starts a run, or answers the one of the same fingerprint and start that is running or finished. */
export async function startRun(
  context: ExecutorContext,
  principal: Principal,
  run: StartRun
): Promise<{ run: RunRecord; created: boolean }> {
  return write(context, async (session) => {
    const same = await session.runs.findSame(run.fingerprint, run.startsAtMs);
    if (same) {
      return { run: same, created: false };
    }
    if (await session.runs.isKnown(run.id)) {
      throw new ExecutorError('RUN_OVER', 'The id belongs to a run that is over.');
    }
    if (run.incidentId !== null && !(await session.incidents.find(run.incidentId))) {
      throw new ExecutorError('INVALID_REQUEST', 'body.incidentId: there is no such incident.');
    }
    const atMs = context.clock.now();
    await session.runs.insert(run, atMs);
    const { fingerprint, startsAtMs, request, origin, startedBy, incidentId } = run;
    const details = { fingerprint, startsAtMs, request, origin, startedBy, incidentId };
    await record(session, { atMs, actor: actorOf(principal), event: 'run.started', subject: run.id, details });
    await dropOld(session, atMs);
    return { run: await findRun(session, run.id), created: true };
  });
}

/** Runs that were dropped leave a trace: which, and when. */
async function dropOld(session: LedgerSession, atMs: EpochMs): Promise<void> {
  const limits = { beforeMs: atMs - RETENTION.days * DAY_MS, keep: RETENTION.runs };
  const runs = await session.runs.drop(limits, atMs);
  if (runs.length > 0) {
    await record(session, { atMs, actor: EXECUTOR_ACTOR, event: 'runs.dropped', subject: 'runs', details: { runs } });
  }
}

/**
 * Adds what follows the last stored event. What is stored already must be the same, and is not stored again.
 * @throws ExecutorError NOT_FOUND, RUN_OVER, RUN_SEQUENCE, RUN_TOO_LARGE
 */
export async function appendEvents(
  context: ExecutorContext,
  id: string,
  events: readonly RunEvent[]
): Promise<AppendedEvents> {
  return write(context, async (session) => {
    const run = await findRun(session, id);
    requireNumbers(events, run.lastSeq);
    await requireSame(session, id, events, run.lastSeq);
    const added = events.filter(({ seq }) => seq > run.lastSeq);
    if (run.status !== 'running') {
      if (added.length === 0 && events.length > 0) {
        return { lastSeq: run.lastSeq };
      }
      throw new ExecutorError('RUN_OVER', `The run is ${run.status}.`);
    }
    await requireRoom(session, id, added);
    await session.runs.append(id, added);
    return { lastSeq: added.at(-1)?.seq ?? run.lastSeq };
  });
}

function requireNumbers(events: readonly RunEvent[], lastSeq: number): void {
  const first = events[0]?.seq;
  if (first === undefined) {
    return;
  }
  if (first > lastSeq + 1 || events.some(({ seq }, index) => seq !== first + index)) {
    throw new ExecutorError('RUN_SEQUENCE', `Events must follow ${lastSeq} without a gap.`);
  }
}

async function requireSame(
  session: LedgerSession,
  id: string,
  events: readonly RunEvent[],
  lastSeq: number
): Promise<void> {
  const repeated = events.filter(({ seq }) => seq <= lastSeq);
  const first = repeated[0];
  if (!first) {
    return;
  }
  const stored = await session.runs.events(id, first.seq - 1, repeated.length);
  const differs = repeated.find((event, index) => canonicalJson(event) !== canonicalJson(stored[index] ?? null));
  if (differs) {
    throw new ExecutorError('RUN_SEQUENCE', `Event ${differs.seq} is not the one that is stored.`);
  }
}

async function requireRoom(session: LedgerSession, id: string, added: readonly RunEvent[]): Promise<void> {
  const sizes = added.map((event) => JSON.stringify(event).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.some((size) => size > MAX_RUN_EVENT_CHARACTERS)) {
    throw new ExecutorError('RUN_TOO_LARGE', `An event has more than ${MAX_RUN_EVENT_CHARACTERS} characters.`);
  }
  if (total > 0 && (await session.runs.characters(id)) + total > MAX_RUN_CHARACTERS) {
    throw new ExecutorError('RUN_TOO_LARGE', `The run has more than ${MAX_RUN_CHARACTERS} characters.`);
  }
}

/**
 * Ends a run; the same end again changes nothing.
 * @throws ExecutorError NOT_FOUND, RUN_SEQUENCE when events are missing, RUN_OVER when it ended otherwise
 */
export async function finishRun(
  context: ExecutorContext,
  principal: Principal,
  id: string,
  { lastSeq, ...end }: FinishRun
): Promise<RunRecord> {
  return write(context, async (session) => {
    const run = await findRun(session, id);
    if (run.status !== 'running') {
      if (run.status === end.status && run.lastSeq === lastSeq) {
        return run;
      }
      throw new ExecutorError('RUN_OVER', `The run is ${run.status}.`);
    }
    if (run.lastSeq !== lastSeq) {
      throw new ExecutorError('RUN_SEQUENCE', `The last stored event is ${run.lastSeq}, not ${lastSeq}.`);
    }
    const events = await session.runs.events(id, 0, lastSeq);
    const atMs = context.clock.now();
    await session.runs.finish(id, end, atMs);
    const { status, reason, verdict, cause } = end;
    // Events may be dropped one day; their digest in the audit tells whether a copy is true.
    const details = { status, reason, verdict, cause, lastSeq, eventsSha256: sha256Hex(canonicalJson(events)) };
    await record(session, { atMs, actor: actorOf(principal), event: 'run.finished', subject: id, details });
    return findRun(session, id);
  });
}

/** Ends a run by the word of a person. @throws ExecutorError NOT_FOUND, RUN_OVER */
export async function cancelRun(context: ExecutorContext, person: PersonPrincipal, id: string): Promise<RunRecord> {
  return write(context, async (session) => {
    await findRun(session, id);
    const atMs = context.clock.now();
    const reason = `Cancelled by ${person.name}.`;
    const end = { status: 'cancelled', reason, verdict: null, decision: null, cause: null, cost: null } as const;
    if (!(await session.runs.finish(id, end, atMs))) {
      throw new ExecutorError('RUN_OVER', 'The run was over before.');
    }
    await record(session, { atMs, actor: actorOf(person), event: 'run.cancelled', subject: id });
    return findRun(session, id);
  });
}

/** Keeps what a person says about a run. @throws ExecutorError NOT_FOUND */
export async function addFeedback(
  context: ExecutorContext,
  person: PersonPrincipal,
  runId: string,
  feedback: RunFeedback
): Promise<RunFeedbackRecord> {
  const createdMs = context.clock.now();
  const stored: RunFeedbackRecord = { ...feedback, id: context.newId(), author: person.name, createdMs };
  await write(context, async (session) => {
    await findRun(session, runId);
    await session.runs.addFeedback({ ...stored, authorId: person.id, runId });
    const details = { feedback: stored.id, ...feedback };
    await record(session, { atMs: createdMs, actor: actorOf(person), event: 'run.feedback', subject: runId, details });
  });
  return stored;
}

/** @throws ExecutorError NOT_FOUND */
export async function findRun({ runs }: Pick<LedgerSession, 'runs'>, id: string): Promise<RunRecord> {
  const run = await runs.find(id);
  if (!run) {
    throw new ExecutorError('NOT_FOUND', 'There is no such run, or its events were dropped.');
  }
  return run;
}
