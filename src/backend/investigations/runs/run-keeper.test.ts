import { afterEach, describe, expect, it } from 'vitest';
import type { RunStreamLine } from '#contracts';
import type { RcaReport } from '#model';
import type { Datasource } from '../../datasource/datasource.ts';
import type { RunLedger } from '../../executor/run-ledger.ts';
import type { investigate } from '../investigate.ts';
import { followRun, readEvents } from './follow-run.ts';
import { memoryLedger } from './testing/memory-ledger.ts';
import { type KeeperOptions, RunKeeper } from './run-keeper.ts';

const REPORT = {
  id: 'r1',
  target: { service: 'gateway', symptom: 'latency' },
  window: { fromMs: 1000, toMs: 2000 },
  baseline: { fromMs: 0, toMs: 1000 },
  onsetMs: 1100,
  decision: 'root-cause',
  verdict: 'LIKELY',
  verdictReasons: ['one measured path'],
  hypotheses: [
    {
      service: 'orders-db',
      rank: 1,
      score: 3.5,
      confidence: 0.8,
      cause: 'slow-query',
      signals: [],
      path: [{ from: 'orders-db', to: 'gateway', weight: 0.9, measured: true }],
      contributions: [{ feature: 'latency', value: 2, weight: 1, evidence: [1] }],
      evidence: [1],
    },
  ],
  concurrent: 1,
  ruledOut: [{ service: 'payment', reason: 'explained by orders-db', explainedBy: 'orders-db', share: 0.9 }],
  victims: ['gateway'],
  changes: [],
  evidence: [
    { number: 1, source: 'metric', service: 'orders-db', statement: 'slow [1]', query: 'up', observed: 2, baseline: 1 },
  ],
  proposals: [],
  gaps: [{ source: 'loki', reason: 'not configured' }],
  summary: 's',
  narrator: 'engine',
  narrative: 'n',
} satisfies RcaReport;

type Analyse = typeof investigate;

const keepers: RunKeeper[] = [];
afterEach(() => keepers.splice(0).forEach((keeper) => keeper.close()));

const instant: Analyse = async (_datasource, _request, _signal, onStage) => {
  await onStage?.('signals');
  await onStage?.('ranking');
  return { report: REPORT, signals: [], earlierIncidents: [] };
};

/** An analysis that waits until it is let go, or aborted. */
function gated() {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let begun = 0;
  const analyse: Analyse = async (_datasource, _request, signal, onStage) => {
    begun += 1;
    await onStage?.('signals');
    await new Promise<void>((resolve, reject) => {
      void gate.then(resolve);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return { report: REPORT, signals: [], earlierIncidents: [] };
  };
  return { analyse, open: () => open(), begun: () => begun };
}

function makeKeeper(runs: RunLedger | undefined, options: Partial<KeeperOptions> = {}, seconds = 30) {
  const datasource = {
    uid: 'ds',
    clock: { now: () => 5000 },
    settings: { investigations: { seconds, concurrent: 1 }, llm: { enabled: false } },
    upstreams: { runs },
  } as unknown as Datasource;
  const keeper = new RunKeeper(datasource, {
    log: () => undefined,
    leads: () => true,
    analyse: instant,
    orphanMs: 60,
    sweepMs: 20,
    ...options,
  });
  keepers.push(keeper);
  return keeper;
}

const question = (service = 'gateway') => ({
  request: { service, window: { fromMs: 1000, toMs: 2000 }, depth: 'engine' as const },
  origin: 'person' as const,
  startedBy: 'alice',
  incidentId: null,
});

async function watch(keeper: RunKeeper, ledger: RunLedger | undefined, id: string, after = 0) {
  const lines: RunStreamLine[] = [];
  for await (const line of followRun({ keeper, ledger }, id, after, AbortSignal.timeout(8000))) {
    lines.push(line);
  }
  return lines;
}
const numbers = (lines: readonly RunStreamLine[]) =>
  lines.flatMap((line) => (line.kind === 'event' ? [line.event.seq] : []));
const endOf = (lines: readonly RunStreamLine[]) => {
  const last = lines.at(-1);
  return last?.kind === 'run' ? last.run : undefined;
};

describe('a run', () => {
  it('tells everything it found, in order, and is written as it was told', async () => {
    const memory = memoryLedger();
    const keeper = makeKeeper(memory.ledger);
    const { run, created } = await keeper.start(question());
    const lines = await watch(keeper, memory.ledger, run.id);
    expect([created, endOf(lines)]).toMatchObject([
      true,
      { status: 'finished', verdict: 'LIKELY', cause: { service: 'orders-db', cause: 'slow-query', confidence: 0.8 } },
    ]);
    const events = lines.flatMap((line) => (line.kind === 'event' ? [line.event] : []));
    expect(events.map(({ type }) => type)).toEqual([
      'step',
      'step',
      'step',
      'step',
      'step',
      'evidence',
      'ranking',
      'hypothesis',
      'rejected',
      'verdict',
      'report',
      'step',
      'cost',
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.find(({ type }) => type === 'evidence')).toMatchObject({
      id: 'e1',
      value: 2,
      baseline: 1,
      link: { kind: 'explore', source: 'prometheus', query: 'up', window: { fromMs: 0, toMs: 2000 } },
    });
    await expect.poll(() => memory.runs.get(run.id)?.status).toBe('finished');
    expect(memory.events.get(run.id)).toEqual(events);
  });

  it('is told alike to two watchers, and from its number on to one who comes late', async () => {
    const memory = memoryLedger();
    const work = gated();
    const keeper = makeKeeper(memory.ledger, { analyse: work.analyse });
    const { run } = await keeper.start(question());
    const watchers = [watch(keeper, memory.ledger, run.id), watch(keeper, memory.ledger, run.id)];
    await expect.poll(() => memory.events.get(run.id)?.length).toBe(1);
    work.open();
    const [first, second] = await Promise.all(watchers);
    expect(first).toEqual(second);
    const late = await watch(keeper, memory.ledger, run.id, 4);
    expect(numbers(late)).toEqual(numbers(first!).slice(4));
    await expect.poll(() => memory.runs.get(run.id)?.status).toBe('finished');
    const stored = await watch(makeKeeper(undefined), memory.ledger, run.id);
    expect(numbers(stored)).toEqual(numbers(first!));
    expect(endOf(stored)).toMatchObject({ status: 'finished' });
  });

  it('is one for one question, also when it is asked twice at once; another one on request', async () => {
    const memory = memoryLedger();
    const work = gated();
    const keeper = makeKeeper(memory.ledger, { analyse: work.analyse });
    const [one, two] = await Promise.all([keeper.start(question()), keeper.start(question())]);
    const three = await makeKeeper(memory.ledger, { leads: () => false }).start(question());
    expect([one.created, two.created, three.created]).toEqual([true, false, false]);
    expect([two.run.id, three.run.id]).toEqual([one.run.id, one.run.id]);
    const again = await keeper.start({ ...question(), again: true });
    expect([again.created, again.waiting]).toEqual([true, 1]);
    expect(work.begun()).toBe(1);
    work.open();
    expect(endOf(await watch(keeper, memory.ledger, again.run.id))).toMatchObject({ status: 'finished' });
  });

  it('waits for its turn and says so', async () => {
    const work = gated();
    const keeper = makeKeeper(undefined, { analyse: work.analyse });
    await keeper.start(question('a'));
    const second = await keeper.start(question('b'));
    const third = await keeper.start(question('c'));
    expect([second.waiting, third.waiting]).toEqual([1, 2]);
    const watching = watch(keeper, undefined, third.run.id);
    await expect.poll(() => work.begun()).toBe(1);
    expect(keeper.cancel(second.run.id, 'bob')).toBe(true);
    work.open();
    const lines = await watching;
    expect(lines.find(({ kind }) => kind === 'waiting')).toEqual({ kind: 'waiting', ahead: 2 });
    expect(lines.filter((line) => line.kind === 'event' && line.event.type === 'step').slice(0, 2)).toMatchObject([
      { event: { step: 'queue', phase: 'began', text: '2 in line' } },
      { event: { step: 'queue', phase: 'ended' } },
    ]);
    expect(keeper.find(second.run.id)?.record).toMatchObject({ status: 'cancelled', reason: 'Cancelled by bob.' });
  });

  it('ends when a person cancels it in the ledger', async () => {
    const memory = memoryLedger();
    const keeper = makeKeeper(memory.ledger, { analyse: gated().analyse });
    const { run } = await keeper.start(question());
    await expect.poll(() => memory.events.get(run.id)?.length).toBe(1);
    memory.put(run.id, { status: 'cancelled', reason: 'Cancelled by carol.' });
    const lines = await watch(keeper, memory.ledger, run.id);
    expect(endOf(lines)).toMatchObject({ status: 'cancelled', reason: 'Cancelled by carol.' });
  }, 15_000);

  it('fails when its time is used up, with what it had found', async () => {
    const keeper = makeKeeper(undefined, { analyse: gated().analyse }, 0.05);
    const { run } = await keeper.start(question());
    const lines = await watch(keeper, undefined, run.id);
    expect(endOf(lines)).toMatchObject({ status: 'failed', reason: expect.stringContaining('CAUSEWAY_DEADLINE') });
    expect(numbers(lines)).toEqual([1, 2, 3, 4]);
  });

  it('goes on while the ledger is away, says so, and is written later', async () => {
    const memory = memoryLedger();
    memory.state.down = true;
    const work = gated();
    const keeper = makeKeeper(memory.ledger, { analyse: work.analyse });
    const { run, created } = await keeper.start(question());
    expect(created).toBe(true);
    await expect.poll(() => keeper.problem?.reason).toMatch(/CAUSEWAY_EXECUTOR_UNREACHABLE.*memory/);
    const watching = watch(keeper, memory.ledger, run.id);
    work.open();
    const lines = await watching;
    expect(lines.some(({ kind }) => kind === 'problem')).toBe(true);
    expect(endOf(lines)).toMatchObject({ status: 'finished' });
    memory.state.down = false;
    await expect.poll(() => memory.runs.get(run.id)?.status, { timeout: 8000 }).toBe('finished');
    expect(memory.events.get(run.id)?.map(({ seq }) => seq)).toEqual(numbers(lines));
    expect(keeper.problem).toBeNull();
  }, 15_000);

  it('of a backend that stopped is gone on with by the leader alone, and given up after some tries', async () => {
    const memory = memoryLedger();
    const before = makeKeeper(memory.ledger, { analyse: gated().analyse });
    const { run } = await before.start(question());
    await expect.poll(() => memory.events.get(run.id)?.length).toBe(1);
    before.close();
    const follower = makeKeeper(memory.ledger, { leads: () => false });
    const leader = makeKeeper(memory.ledger);
    const lines = await watch(follower, memory.ledger, run.id);
    expect(endOf(lines)).toMatchObject({ status: 'finished', verdict: 'LIKELY' });
    expect(numbers(lines)).toEqual(numbers(lines).map((_, index) => index + 1));
    expect(lines[1]).toMatchObject({ event: { type: 'note', text: expect.stringMatching(/restart/) } });
    expect([follower.find(run.id), leader.find(run.id)?.isOver]).toEqual([undefined, true]);
    leader.close();

    const notesOf = (): number => {
      const [, other] = [...memory.events.values()];
      return other?.at(-1)?.type === 'step' ? other.filter(({ type }) => type === 'note').length : -1;
    };
    for (const tries of [0, 1, 2]) {
      const broken = makeKeeper(memory.ledger, { analyse: gated().analyse });
      if (tries === 0) {
        await broken.start(question('always-broken'));
      }
      await expect.poll(notesOf, { timeout: 8000 }).toBe(tries);
      broken.close();
    }
    makeKeeper(memory.ledger);
    await expect.poll(() => [...memory.runs.values()][1]?.status, { timeout: 8000 }).toBe('failed');
    expect([...memory.runs.values()][1]?.reason).toBe('The backend stopped 3 times while it ran.');
  }, 40_000);

  it('takes the word of a model as words, and its doubt, not its trust', async () => {
    const investigator: KeeperOptions['investigator'] = async ({ emit }) => {
      emit({ type: 'note', level: 'info', text: 'looked at the log' });
      emit({ type: 'note', level: 'info', text: 'x'.repeat(5000) });
      const cost = { queries: 0, rows: 0, bytes: 0, ms: 0, modelCalls: 1, tokensIn: 100, tokensOut: 20, money: 0.5 };
      emit({ type: 'cost', cost });
      return { narrative: 'worded [1]', verdict: 'CONFIRMED' };
    };
    const keeper = makeKeeper(undefined, { investigator });
    const start = question();
    const { run } = await keeper.start({ ...start, request: { ...start.request, depth: 'explain' } });
    const lines = await watch(keeper, undefined, run.id);
    expect(endOf(lines)).toMatchObject({ verdict: 'LIKELY', cost: { modelCalls: 1, tokensIn: 100, money: 0.5 } });
    const reports = lines.flatMap((line) =>
      line.kind === 'event' && line.event.type === 'report' ? [line.event] : []
    );
    expect(reports.map(({ report }) => report.narrator)).toEqual(['engine', 'llm']);
    const notes = lines.flatMap((line) => (line.kind === 'event' && line.event.type === 'note' ? [line.event] : []));
    expect(notes.map(({ text }) => text)).toEqual(['looked at the log', expect.stringMatching(/kind note/)]);
    const doubting = makeKeeper(undefined, { investigator: async () => ({ narrative: 'n', verdict: 'INCONCLUSIVE' }) });
    const doubted = await doubting.start({ ...start, request: { ...start.request, depth: 'explain' } });
    expect(endOf(await watch(doubting, undefined, doubted.run.id))).toMatchObject({ verdict: 'INCONCLUSIVE' });
  });

  it('can be read in parts without a stream; unknown ones are not found', async () => {
    const keeper = makeKeeper(undefined);
    const { run } = await keeper.start(question());
    await watch(keeper, undefined, run.id);
    const read = await readEvents({ keeper, ledger: undefined }, run.id, 11, AbortSignal.timeout(1000));
    expect(read).toMatchObject({ run: { status: 'finished' }, more: false });
    expect(read.events.map(({ seq }) => seq)).toEqual([12, 13]);
    const missing = readEvents({ keeper, ledger: undefined }, 'X'.repeat(26), 0, AbortSignal.timeout(1000));
    await expect(missing).rejects.toMatchObject({ code: 'CAUSEWAY_NOT_FOUND' });
  });
});
