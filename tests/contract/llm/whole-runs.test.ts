import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, RunRecord } from '#contracts';
import type { Datasource } from '../../../src/backend/datasource/datasource.ts';
import { RunKeeper } from '../../../src/backend/investigations/runs/run-keeper.ts';
import { memoryLedger } from '../../../src/backend/investigations/runs/testing/memory-ledger.ts';
import { usedInMemory } from '../../../src/backend/investigator/budgets.ts';
import { createRunInvestigator } from '../../../src/backend/investigator/run-investigator.ts';
import { parseSettings } from '../../../src/backend/settings/parse-settings.ts';
import { makeReport } from '../../../src/llm/testing/reports.ts';
import { NOW_MS } from '../../../src/llm/testing/run-options.ts';
import { type Behaviour, BEHAVIOURS, LIES } from '../../support/llm/behaviours.ts';
import { message, type MessagesServer, sendStream, startMessagesServer } from '../../support/llm/messages-server.ts';

const REPORT = makeReport();
const LIMITS = { turns: 6, toolCalls: 5, tokens: 60_000, seconds: 5 };
const PRICE = { inputPerMillion: 3, outputPerMillion: 15 };
const INCIDENT_TOKENS = 100_000;

let model: MessagesServer;
beforeAll(async () => {
  model = await startMessagesServer();
});
afterAll(() => model.close());
const keepers: RunKeeper[] = [];
afterEach(() => keepers.splice(0).forEach((keeper) => keeper.close()));

let incidents = 0;

/** A run of an incident of its own, with what it was told and what was stored. */
async function runAgainst(behaviour: Behaviour, depth: 'explain' | 'investigate') {
  model.behave(behaviour);
  const memory = memoryLedger();
  const llm = {
    enabled: true,
    baseUrl: model.url,
    model: 'priced',
    timeoutSeconds: LIMITS.seconds,
    investigation: LIMITS,
    prices: { priced: PRICE },
    budgets: { perIncident: { tokens: INCIDENT_TOKENS } },
  };
  const samples = { series: [{ labels: { service: 'orders-db' }, timesMs: [NOW_MS - 1000], values: [7] }] };
  const datasource = {
    uid: 'ds',
    clock: { now: () => NOW_MS },
    settings: parseSettings(JSON.stringify({ prometheus: { url: 'http://p' }, llm })),
    secrets: { llmApiKey: 'k' },
    upstreams: {
      runs: memory.ledger,
      prometheus: { query: async () => ({ samples: [] }), queryRange: async () => samples },
    },
  } as unknown as Datasource;
  const keeper = new RunKeeper(datasource, {
    log: () => undefined,
    leads: () => true,
    investigator: createRunInvestigator(() => undefined),
    analyse: async () => ({ report: REPORT, signals: [], earlierIncidents: [] }),
  });
  keepers.push(keeper);
  const incidentId = `INCIDENT-${(incidents += 1)}`;
  const request = { service: 'checkout', window: REPORT.window, depth };
  const { run } = await keeper.start({ request, origin: 'watch', startedBy: 'watch', incidentId });
  const stored = (): RunRecord | undefined => memory.runs.get(run.id);
  await expect.poll(() => stored()?.status, { timeout: 20_000, interval: 20 }).not.toBe('running');
  const events = memory.events.get(run.id) ?? [];
  return { run: stored()!, events, used: usedInMemory(incidentId, NOW_MS).usedForIncident };
}

function of<Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

/** What holds for every run, whatever the server does. */
function expectSound({ run, events, used }: Awaited<ReturnType<typeof runAgainst>>): void {
  expect(run).toMatchObject({ status: 'finished', decision: 'root-cause', cause: { service: 'orders-db' } });
  expect(['LIKELY', 'INCONCLUSIVE']).toContain(run.verdict);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  expect(
    of(events, 'evidence')
      .slice(0, 3)
      .map(({ statement }) => statement)
  ).toEqual(REPORT.evidence.map(({ statement }) => statement));
  const report = of(events, 'report').at(-1)?.report;
  expect(report).toMatchObject({
    hypotheses: REPORT.hypotheses,
    proposals: REPORT.proposals,
    evidence: REPORT.evidence,
    decision: REPORT.decision,
  });
  const { modelCalls = -1, tokensIn = -1, tokensOut = -1, money = null } = run.cost ?? {};
  expect(modelCalls).toBeGreaterThanOrEqual(1);
  expect(modelCalls).toBeLessThanOrEqual(LIMITS.turns);
  expect(tokensIn + tokensOut).toBeLessThanOrEqual(LIMITS.tokens);
  expect(used.tokens).toBe(tokensIn + tokensOut);
  expect(used.cost).toBeCloseTo(money ?? NaN, 9);
  expect(of(events, 'sent')).toHaveLength(1);
  expect(of(events, 'query').length).toBeLessThanOrEqual(LIMITS.toolCalls * 3);
}

describe('a run with a language model ends in a report, within its budget', () => {
  it.each(BEHAVIOURS)('when the server %s', { timeout: 30_000 }, async (_, behaviour, ending) => {
    const result = await runAgainst(behaviour, 'investigate');
    expectSound(result);
    const { events } = result;
    const narrator = of(events, 'report').at(-1)?.report.narrator;
    const notes = of(events, 'note')
      .map(({ text }) => text)
      .join('\n');
    const seen = [of(events, 'written').length, of(events, 'error').length, narrator, /was not used/.test(notes)];
    const expected = {
      written: [1, 0, 'llm', false],
      rejected: [0, 0, 'engine', true],
      failed: [0, 1, 'engine', false],
    };
    expect(seen).toEqual(expected[ending]);
    expect(of(events, 'error').every(({ code, remedy }) => code.startsWith('CAUSEWAY_LLM_') && remedy !== '')).toBe(
      true
    );
  });

  it.each(BEHAVIOURS.filter(([name]) => !name.includes('tool')))(
    'and so when it only words the report, and the server %s',
    { timeout: 30_000 },
    async (_, behaviour) => {
      const result = await runAgainst(behaviour, 'explain');
      expectSound(result);
      expect(result.run.cost?.modelCalls).toBe(1);
    }
  );

  it.each(LIES)('when the model %s', async (_, report, cut) => {
    const result = await runAgainst((response) => sendStream(response, message(JSON.stringify(report))), 'explain');
    expectSound(result);
    expect(result.run.verdict).toBe('LIKELY');
    const [written] = of(result.events, 'written');
    expect(written?.cut.map(({ reason }) => reason)).toEqual(cut === undefined ? [] : [cut]);
    const cited = [written?.rootCause, written?.impact, written?.remediation, written?.unknown].flatMap(
      (part) => part?.flatMap(({ cites }) => cites) ?? []
    );
    expect(cited.every((number) => number >= 1 && number <= REPORT.evidence.length)).toBe(true);
    expect(JSON.stringify(written?.rootCause)).not.toMatch(/77|9\.9/);
  });

  it('shows another cause beside that of the analysis, and takes doubt for doubt', async () => {
    const [, other] = LIES.find(([name]) => name === 'names another cause')!;
    const doubtful = { ...other, confidence: 0.2 };
    const { run, events } = await runAgainst(
      (response) => sendStream(response, message(JSON.stringify(doubtful))),
      'explain'
    );
    expect(run).toMatchObject({ verdict: 'INCONCLUSIVE', cause: { service: 'orders-db' } });
    expect(of(events, 'hypothesis').map(({ service, by }) => `${by} ${service}`)).toEqual([
      'engine orders-db',
      'model redis',
    ]);
    expect(of(events, 'written')[0]?.contradictions.map(({ about }) => about)).toContain('cause');
    expect(of(events, 'verdict').map(({ verdict }) => verdict)).toEqual(['LIKELY', 'INCONCLUSIVE']);
  });
});
