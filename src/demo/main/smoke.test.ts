import type { ExecutionRecord, IncidentRecord, PlanRecord, RunEvent, RunRecord } from '#contracts';
import { describe, expect, it } from 'vitest';
import { runSmoke } from './smoke.ts';
import { type CatalogueEntry, type DemoClient, DemoHttpError, readHighestScore } from './smoke/demo-client.ts';
import { nextPlan } from './smoke/run-scenario.ts';

const CAUSES: Readonly<Record<string, readonly string[]>> = {
  'missing-index': ['orders-db'],
  triple: ['redis', 'payment', 'payment-provider'],
  'bad-deploy': ['order'],
  'traffic-surge': [],
  nothing: [],
};
const CATALOGUE: readonly CatalogueEntry[] = Object.entries(CAUSES).map(([id, causes]) => ({
  id,
  causes,
  symptom: 'checkout',
  fault: causes.length > 0,
}));
const PACE = {
  speed: 60,
  settleSeconds: 10,
  quietSeconds: 1,
  detectionSeconds: 60,
  repairSeconds: 600,
  watchSeconds: 5,
  pollMs: 0,
};

interface FakeOptions {
  /** Approvals that each plan needs. */
  readonly approvals?: number;
  /** Actions that help; all by default. */
  readonly helps?: boolean;
  readonly blamesDuring?: string;
}

/** A demo in memory: each look at the clock takes a simulated second. */
class FakeDemo implements DemoClient {
  readonly calls: string[] = [];
  #nowMs = 1_000_000;
  #incidents: { -readonly [K in keyof IncidentRecord]: IncidentRecord[K] }[] = [];
  #plans: PlanRecord[] = [];
  readonly #options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
  }
  now = async () => (this.#nowMs += 1000);
  setSpeed = async (speed: number) => void this.calls.push(`speed ${speed}`);
  advance = async (seconds: number) => void (this.#nowMs += seconds * 1000);
  catalogue = async () => CATALOGUE;
  reset = async () => void this.calls.push('reset');
  verifyAudit = async () => ({ ok: true, entries: 9, brokenAt: null });
  highestScore = async () => 0.95;
  investigate = async (service: string) => {
    this.calls.push(`investigate ${service}`);
    const run = { status: 'finished', decision: 'root-cause', verdict: 'LIKELY', lastSeq: 5 } as RunRecord;
    const kinds = ['evidence', 'ranking', 'verdict', 'report', 'cost'];
    return { run, events: kinds.map((type, at) => ({ type, seq: at + 1 }) as RunEvent), seconds: 1 };
  };
  incidents = async () => structuredClone(this.#incidents);
  plans = async (incidentId: string) => this.#plans.filter((plan) => plan.incidentId === incidentId);

  inject = async (fault: string) => {
    this.calls.push(`inject ${fault}`);
    const causes = CAUSES[fault]?.length ? CAUSES[fault] : this.#options.blamesDuring === fault ? ['gateway'] : [];
    if (!causes || causes.length === 0) {
      return;
    }
    const id = `incident-${fault}`;
    const report = {
      decision: 'root-cause',
      verdict: 'LIKELY',
      proposals: [],
      hypotheses: causes.map((service) => ({ service })),
    };
    this.#incidents.push({
      id,
      service: 'gateway',
      status: 'open',
      resolvedBy: null,
      detectedMs: this.#nowMs,
      onsetMs: this.#nowMs,
      report,
    } as never);
    this.#plans.push(
      ...causes.map(
        (name, index) =>
          ({
            id: `${id}-${index}`,
            incidentId: id,
            action: 'restart',
            target: { kind: 'deployment', name },
            approval: { status: 'pending', decisions: [] },
            createdMs: index,
          }) as unknown as PlanRecord
      )
    );
  };

  /** Puts a resolved incident into the ledger although nothing is wrong. */
  raiseFalseAlarm = async () => {
    const report = { decision: 'root-cause', proposals: [], hypotheses: [{ service: 'shipping' }] };
    const detectedMs = this.#nowMs;
    this.#incidents.push({ id: 'false', service: 'gateway', status: 'resolved', detectedMs, report } as never);
  };

  approve = async (plan: PlanRecord, person: string) => {
    this.calls.push(`${person} approves ${plan.id}`);
    const decisions = [...plan.approval.decisions, { approver: person }];
    const isDone = decisions.length >= (this.#options.approvals ?? 1);
    const next = {
      ...plan,
      approval: { ...plan.approval, decisions, status: isDone ? 'approved' : 'pending' },
    } as PlanRecord;
    this.#plans = this.#plans.map((item) => (item.id === plan.id ? next : item));
    const open = this.#plans.filter(
      (item) => item.incidentId === plan.incidentId && item.approval.status === 'pending'
    );
    const incident = this.#incidents.find((item) => item.id === plan.incidentId);
    if (incident && open.length === 0 && (this.#options.helps ?? true)) {
      Object.assign(incident, { status: 'resolved', resolvedBy: 'action' });
    }
    return next;
  };

  executions = async (incidentId: string) =>
    this.#plans
      .filter((plan) => plan.incidentId === incidentId && plan.approval.status === 'approved')
      .map(
        () =>
          ({
            status: 'finished',
            outcome: (this.#options.helps ?? true) ? 'recovered' : 'not-recovered',
          }) as ExecutionRecord
      );
}

const run = (client: FakeDemo) => runSmoke({ host: '' }, () => undefined, { client, pace: PACE });

describe('the smoke run', () => {
  it('repairs every fault and finds nothing where nothing is wrong', async () => {
    const client = new FakeDemo();
    const result = await run(client);
    expect(result.ok).toBe(true);
    expect(result.scenarios.map(({ fault, passed, approved }) => [fault, passed, approved])).toEqual([
      ['missing-index', true, 1],
      ['triple', true, 3],
      ['bad-deploy', true, 1],
      ['traffic-surge', true, 0],
      ['nothing', true, 0],
    ]);
    expect(client.calls.filter((call) => call === 'reset')).toHaveLength(6);
    expect(client.calls.filter((call) => call.startsWith('investigate'))).toEqual([
      'investigate gateway',
      'investigate gateway',
      'investigate gateway',
      'investigate checkout',
      'investigate checkout',
    ]);
    expect(client.calls.at(-1)).toBe('speed 1');
  });

  it('asks a second person where two have to approve', async () => {
    const client = new FakeDemo({ approvals: 2 });
    expect((await run(client)).ok).toBe(true);
    expect(client.calls).toContain('alice approves incident-bad-deploy-0');
    expect(client.calls).toContain('bob approves incident-bad-deploy-0');
  });

  it('goes on when an incident is closed while a plan is being approved', async () => {
    const client = new FakeDemo();
    const { approve } = client;
    client.approve = async (plan, person) => {
      const next = await approve(plan, person);
      if (plan.id === 'incident-triple-2') {
        throw new DemoHttpError(409, 'Incident is resolved');
      }
      return next;
    };
    const result = await run(client);
    expect(result.scenarios[1]).toMatchObject({ fault: 'triple', approved: 2, passed: true });
  });

  it('ends when the executor refuses an approval for any other reason', async () => {
    const client = new FakeDemo();
    client.approve = () => Promise.reject(new DemoHttpError(403, 'no'));
    await expect(run(client)).rejects.toThrow('no');
  });

  it('fails when no action helps', async () => {
    const result = await run(new FakeDemo({ helps: false }));
    expect(result.ok).toBe(false);
    expect(result.scenarios[0]).toMatchObject({ detected: true, approved: 1, verified: false, passed: false });
  });

  it('fails when a quiet shop gets somebody blamed', async () => {
    const result = await run(new FakeDemo({ blamesDuring: 'nothing' }));
    expect(result.ok).toBe(false);
    expect(result.scenarios.filter((scenario) => !scenario.passed).map((scenario) => scenario.fault)).toEqual([
      'nothing',
    ]);
  });

  it('does not take an incident from before the fault for the one it waits for', async () => {
    const client = new FakeDemo();
    const { advance } = client;
    let isFirst = true;
    client.advance = async (seconds) => {
      await advance(seconds);
      if (isFirst) {
        isFirst = false;
        await client.raiseFalseAlarm();
      }
    };
    const [first, second] = (await run(client)).scenarios;
    expect(first).toMatchObject({ passed: true, incident: 'incident-missing-index', falseAlarms: ['shipping'] });
    expect(second).toMatchObject({ passed: true, falseAlarms: [] });
  });

  it('fails when the audit is broken', async () => {
    const client = new FakeDemo();
    client.verifyAudit = async () => ({ ok: false, entries: 9, brokenAt: 4 }) as never;
    expect(await run(client)).toMatchObject({ ok: false, auditOk: false });
  });
});

describe('the next plan', () => {
  const plan = (id: string, action: string, name: string, status = 'pending') =>
    ({ id, action, target: { name }, approval: { status }, createdMs: 0 }) as unknown as PlanRecord;
  const incident = {
    report: {
      proposals: [
        { action: 'create-index', target: { name: 'orders-db' } },
        { action: 'rate-limit', target: { name: 'payment' } },
      ],
    },
  } as unknown as IncidentRecord;
  const plans = [
    plan('n', 'notify', 'team'),
    plan('r', 'rate-limit', 'payment'),
    plan('x', 'create-index', 'orders-db', 'rejected'),
    plan('c', 'create-index', 'orders-db'),
  ];

  it('follows the order of the report, and leaves those without effect for the end', () => {
    expect(nextPlan(plans, incident, new Set())?.id).toBe('c');
    expect(nextPlan(plans, incident, new Set(['c']))?.id).toBe('r');
    expect(nextPlan(plans, incident, new Set(['c', 'r']))?.id).toBe('n');
    expect(nextPlan(plans, incident, new Set(['c', 'r', 'n']))).toBeUndefined();
  });
});

describe('the highest score of an answer', () => {
  const frame = (name: string, values: unknown[]) => ({ schema: { fields: [{ name }] }, data: { values: [values] } });

  it.each([
    [[frame('anomaly_score', [0.1, null, 0.9]), frame('anomaly_score', [0.3])], 0.9],
    [[frame('anomaly_score', [null])], null],
    [[frame('value', [5])], null],
    [[], null],
  ])('of %j is %s', (frames, expected) => {
    expect(readHighestScore({ results: { A: { frames } } })).toBe(expected);
  });
});
