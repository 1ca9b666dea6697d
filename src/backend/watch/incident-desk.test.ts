import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import { at, makeDesk, makeReport } from './testing/desk.ts';

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
