import { describe, expect, it } from 'vitest';
import type {
  AnomalyLabelRecord,
  ExecutionRecord,
  IncidentRecord,
  OpenIncident,
  PlanRecord,
  ProposalsAnswer,
  ProposePlan,
} from '#contracts';
import type { IncidentCandidate } from '#engine';
import type { RcaReport, ServiceGraph, Signal } from '#model';
import type { Assessment, Datasource } from '../datasource/datasource.ts';
import { TrainedWeights } from '../investigations/trained-weights.ts';
import { KnownTimes } from '../datasource/known-times.ts';
import { BackendError } from '../errors.ts';
import { type ExecutorClient, ExecutorRefusal } from '../executor/executor-client.ts';
import { IncidentDesk } from './incident-desk.ts';

const at = 1_700_000_000_000;
const check = { name: 'n', query: 'up', operator: '<', threshold: 1, unit: 'count' };
const restart = {
  action: 'restart',
  target: { kind: 'deployment', name: 'payment' },
  parameters: {},
  rationale: 'why [1]',
  confidence: 0.9,
  expectedSeconds: 60,
  verification: [check],
};

function makeReport(change: object = {}): RcaReport {
  return {
    id: 'r',
    decision: 'root-cause',
    verdict: 'LIKELY',
    concurrent: 1,
    onsetMs: at - 60_000,
    baseline: { fromMs: at - 3_600_000, toMs: at - 600_000 },
    hypotheses: [{ service: 'payment', cause: 'pool-exhaustion' }],
    victims: ['checkout'],
    changes: [],
    proposals: [restart],
    gaps: [],
    narrator: 'engine',
    ...change,
  } as unknown as RcaReport;
}

/** A ledger in memory that remembers what it was told. */
function makeLedger() {
  const ledger = {
    incidents: [] as IncidentRecord[],
    plans: [] as PlanRecord[],
    executions: [] as Partial<ExecutionRecord>[],
    resolved: [{ onsetMs: at - 7_200_000, resolvedMs: at - 6_600_000 }] as Partial<IncidentRecord>[],
    labels: [] as AnomalyLabelRecord[],
    updates: 0,
    down: false,
    refusal: '',
    suggestions: [] as object[],
  };
  const guard = (): void => {
    if (ledger.down) {
      throw new BackendError('CAUSEWAY_EXECUTOR_UNREACHABLE', 'down');
    }
  };
  const client: ExecutorClient = {
    ping: async () => guard(),
    listOpenIncidents: async () => {
      guard();
      return [...ledger.incidents];
    },
    listResolvedIncidents: async () => ledger.resolved as IncidentRecord[],
    listLabels: async () => ledger.labels,
    putLease: async () => ({ name: '', holder: '', held: false, expiresMs: 0, token: 0 }),
    openIncident: async (incident: OpenIncident) => {
      const record = { ...incident, id: `i${ledger.incidents.length}`, status: 'open' } as unknown as IncidentRecord;
      ledger.incidents.push(record);
      return record;
    },
    updateReport: async (id, report) => {
      ledger.updates += 1;
      ledger.incidents = ledger.incidents.map((record) => (record.id === id ? { ...record, report } : record));
      return ledger.incidents[0] as IncidentRecord;
    },
    listPlans: async () => ledger.plans,
    proposePlan: async (plan: ProposePlan) => {
      if (ledger.refusal !== '') {
        throw new ExecutorRefusal(ledger.refusal, 'no', 'no');
      }
      const record = { ...plan, id: `p${ledger.plans.length}`, executionId: null } as unknown as PlanRecord;
      ledger.plans.push(record);
      return record;
    },
    listSuggestions: async () => ({ items: ledger.suggestions as ProposalsAnswer['items'], misses: [] }),
    proposeRunbook: async (proposal) => {
      const record = { ...proposal, id: `p${ledger.plans.length}`, executionId: null } as unknown as PlanRecord;
      ledger.plans.push(record);
      return record;
    },
    listExecutions: async () => ledger.executions as ExecutionRecord[],
  };
  return { ledger, client };
}

const graph: ServiceGraph = {
  nodes: [
    { name: 'gateway', kind: 'service' },
    {
      name: 'payment',
      kind: 'service',
      namespace: 'shop',
      workload: { kind: 'Deployment', name: 'payment-v2' },
    },
  ],
  edges: [{ caller: 'gateway', callee: 'payment', kind: 'http', lastSeenMs: at }],
  generatedAtMs: at,
};

function makeDesk(report: () => RcaReport, signals: readonly Signal[] = []) {
  const { ledger, client } = makeLedger();
  const knownTimes = new KnownTimes();
  let analyses = 0;
  const datasource = {
    clock: { now: () => at + 1e9 },
    settings: { llm: { enabled: false }, watch: { collectSeconds: 15, historyMinutes: 180 } },
    knownTimes,
    trained: new TrainedWeights(undefined),
    secrets: {},
    upstreams: { prometheus: { query: async () => ({ samples: [] }) } },
    changes: { read: async () => ({ changes: [], gaps: [] }) },
    signals: {
      readFine: async () => ({ signals, gaps: [], window: { fromMs: 0, toMs: at + 1e9 }, stepSeconds: 15 }),
    },
    assess: async () => ({ judgement: { graph }, gaps: [] }),
    pool: {
      run: async () => {
        analyses += 1;
        return report();
      },
    },
  } as unknown as Datasource;
  const desk = new IncidentDesk(datasource, client, () => undefined);
  const look = (minutes: number, change: Partial<IncidentCandidate> = {}, mayAct = true) => {
    const candidate = {
      fingerprint: 'incident:gateway',
      target: { service: 'gateway', symptom: 'latency' },
      onsetMs: at - 60_000,
      detectedMs: at,
      lastMs: at,
      services: ['gateway', 'payment'],
      peak: 9,
      ...change,
    };
    const judgement = { atMs: at + minutes * 60_000, graph, incidents: [candidate] };
    return desk.handle({ judgement } as unknown as Assessment, mayAct, new AbortController().signal);
  };
  return { ledger, look, analysed: () => analyses, knownTimes };
}

describe('the incident desk', () => {
  it('opens an incident once and proposes its plan once', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    expect(await look(0)).toMatchObject({ openIncidentId: 'i0', opened: 1, proposed: 1, problems: [] });
    expect(await look(1)).toMatchObject({ openIncidentId: 'i0', opened: 0, proposed: 0 });
    expect(ledger).toMatchObject({ updates: 0, incidents: [{ service: 'gateway', recovery: [{}, {}] }] });
    expect(ledger.plans).toHaveLength(1);
  });

  it('keeps the report current when it says something else', async () => {
    let verdict = 'LIKELY';
    const { ledger, look } = makeDesk(() => makeReport({ verdict }));
    await look(0);
    verdict = 'CONFIRMED';
    await look(1);
    await look(2);
    expect(ledger).toMatchObject({ updates: 1, incidents: [{ report: { verdict: 'CONFIRMED' } }] });
  });

  it('does not give up a cause that was named', async () => {
    let decision = 'root-cause';
    const { ledger, look } = makeDesk(() => makeReport({ decision }));
    await look(0);
    decision = 'no-significant-root-cause';
    await look(1);
    expect(ledger).toMatchObject({ updates: 0, incidents: [{ report: { decision: 'root-cause' } }] });
  });

  it('waits with an incident that has no cause until the trouble lasts, and then proposes nothing', async () => {
    const { ledger, look } = makeDesk(() => makeReport({ decision: 'no-significant-root-cause' }));
    expect(await look(0)).toMatchObject({ opened: 0 });
    expect(await look(4)).toMatchObject({ opened: 1, proposed: 0 });
    expect(ledger.plans).toEqual([]);
  });

  it('leaves a rollout time to settle before it is an incident', async () => {
    const rollout = { atMs: at - 60_000, kind: 'deploy', service: 'payment', summary: 'payment 2.4.1' };
    const { ledger, look } = makeDesk(() => makeReport({ changes: [rollout] }));
    expect(await look(0)).toMatchObject({ opened: 0 });
    expect(await look(2, { lastMs: at + 120_000 })).toMatchObject({ opened: 1 });
    expect(ledger.incidents).toHaveLength(1);
  });

  it('learns nothing from incidents that are over, those of the ledger included', async () => {
    const { ledger, look, knownTimes } = makeDesk(() => makeReport());
    await look(0);
    expect(knownTimes.before(Infinity)).toHaveLength(1);
    ledger.incidents = [];
    ledger.resolved.push({ onsetMs: at - 60_000, resolvedMs: at + 2 * 60_000 });
    await look(3);
    expect(knownTimes.before(Infinity).at(-1)).toMatchObject({ toMs: at + 3 * 60_000 });
  });

  it('knows recovery by what was usual outside of earlier incidents, however long they were', async () => {
    const timesMs = Array.from({ length: 240 }, (_, i) => at - 3_600_000 + i * 15_000);
    const slow = { onsetMs: at - 50 * 60_000, resolvedMs: at - 15 * 60_000 };
    const values = timesMs.map((ms, i) =>
      ms >= slow.onsetMs && ms < slow.resolvedMs ? 1.2 + 0.2 * Math.sin(i) : 0.05 + 0.001 * Math.sin(i)
    );
    const id = 'gateway/latency/p95';
    const latency = {
      id,
      service: 'gateway',
      kind: 'latency',
      unit: 'seconds',
      series: { labels: {}, timesMs, values },
    };
    const { ledger, look } = makeDesk(() => makeReport(), [latency as unknown as Signal]);
    ledger.resolved = [slow];
    await look(0);
    expect(ledger.incidents[0]?.recovery[0]).toMatchObject({ unit: 'seconds' });
    expect(ledger.incidents[0]?.recovery[0]?.threshold).toBeLessThan(0.15);
  });

  it('learns nothing from times that persons labelled', async () => {
    const { ledger, look, knownTimes } = makeDesk(() => makeReport());
    const label = { service: 'payment', signalId: null, comment: '', author: 'a', createdMs: 1 };
    ledger.labels = [
      { ...label, id: '1', label: 'maintenance', fromMs: at - 9000, toMs: at + 9000 },
      { ...label, id: '2', label: 'false-alarm', fromMs: at - 9000, toMs: at + 9000 },
    ];
    await look(0);
    expect(knownTimes.exclusions(at).filter(({ service }) => service === 'payment')).toEqual([
      { service: 'payment', fromMs: at - 9000, toMs: at + 9000 },
    ]);
  });

  it('writes nothing as a follower, and knows what is open', async () => {
    const { ledger, look, analysed, knownTimes } = makeDesk(() => makeReport());
    expect(await look(0, {}, false)).toMatchObject({ openIncidentId: null, opened: 0, proposed: 0 });
    expect([ledger.incidents.length, ledger.plans.length, analysed()]).toEqual([0, 0, 0]);
    expect(knownTimes.before(Infinity)).toHaveLength(1);
    await look(1);
    expect(await look(2, {}, false)).toMatchObject({ openIncidentId: 'i0', opened: 0 });
  });

  it('proposes for an inconclusive cause only when it is found again', async () => {
    const { ledger, look } = makeDesk(() => makeReport({ verdict: 'INCONCLUSIVE' }));
    await look(0);
    expect(ledger.plans).toHaveLength(0);
    await look(1);
    expect(ledger.plans).toHaveLength(1);
  });

  it.each([
    ['while an action runs', { status: 'running', outcome: null }, 1],
    ['while it is verified', { status: 'verifying', outcome: null }, 1],
    ['when it helped', { status: 'finished', outcome: 'recovered' }, 1],
    ['when it did not help', { status: 'finished', outcome: 'not-recovered' }, 2],
  ] as const)('looks again or not %s', async (_case, execution, expected) => {
    const { ledger, look, analysed } = makeDesk(() => makeReport());
    await look(0);
    ledger.executions = [execution];
    await look(1);
    expect(analysed()).toBe(expected);
  });

  it('analyses an old incident less often', async () => {
    const { look, analysed } = makeDesk(() => makeReport());
    await look(0);
    for (let minute = 11; minute <= 20; minute += 1) {
      await look(minute);
    }
    expect(analysed()).toBeLessThanOrEqual(4);
  });

  it('takes what is left of a closed incident for no new one, unless it stays', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    await look(0);
    ledger.incidents = [];
    expect(await look(1)).toMatchObject({ opened: 0, openIncidentId: null });
    expect(await look(2, { onsetMs: at + 90_000 })).toMatchObject({ opened: 1 });
    ledger.incidents = [];
    await look(3);
    expect(await look(9)).toMatchObject({ opened: 1 });
  });

  describe('where the executor cannot do what the report recommends', () => {
    const suggestion = {
      runbook: { name: 'scale-out', version: 2, title: 'Scale out' },
      parameters: { replicas: 4 },
      missing: [],
      why: ['cause is "overload"'],
      risk: 0.5,
      decision: { confidence: 0.9, source: 'rule' },
    };

    it('proposes the runbooks that fit and lack nothing, once', async () => {
      const { ledger, look } = makeDesk(() => makeReport());
      ledger.refusal = 'CAUSEWAY_EXECUTOR_PARAMETER_INVALID';
      const incomplete = { ...suggestion, runbook: { name: 'other', version: 1 }, missing: [{}], risk: null };
      ledger.suggestions = [suggestion, incomplete];
      expect(await look(0)).toMatchObject({ opened: 1, proposed: 1, problems: [] });
      expect(ledger.plans).toMatchObject([
        {
          runbook: { name: 'scale-out', version: 2 },
          parameters: { replicas: 4 },
          rationale: 'cause is "overload" (rule, confidence 0.9)',
          affectedServices: 2,
        },
      ]);
      expect(await look(1)).toMatchObject({ proposed: 0 });
    });

    it('is silent when nothing fits, and tells of every other refusal', async () => {
      const { ledger, look } = makeDesk(() => makeReport());
      ledger.refusal = 'CAUSEWAY_EXECUTOR_TARGET_UNKNOWN';
      expect(await look(0)).toMatchObject({ opened: 1, proposed: 0, problems: [] });
      ledger.refusal = 'CAUSEWAY_EXECUTOR_AUDIT_BROKEN';
      expect(await look(1)).toMatchObject({ proposed: 0, problems: [{ source: 'executor' }] });
    });
  });

  it('says where the cause runs', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    await look(0);
    expect(ledger.incidents[0]?.report.hypotheses[0]?.runsIn).toEqual({
      namespace: 'shop',
      workload: { kind: 'Deployment', name: 'payment-v2' },
    });
    expect(ledger.plans).toMatchObject([{ affectedServices: 2 }]);
  });

  it('tells of a ledger that cannot be reached', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    ledger.down = true;
    expect(await look(0)).toMatchObject({ openIncidentId: null, problems: [{ source: 'executor' }] });
  });

  it('takes names that are too long for a fingerprint', async () => {
    const { ledger, look } = makeDesk(() => makeReport());
    await look(0, { fingerprint: `incident:${'x'.repeat(253)}` });
    expect(ledger.incidents[0]?.fingerprint.length).toBeLessThanOrEqual(128);
  });
});
