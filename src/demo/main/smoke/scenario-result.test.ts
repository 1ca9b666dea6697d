import type { ExecutionRecord, IncidentRecord, RunEvent, RunRecord } from '#contracts';
import { describe, expect, it } from 'vitest';
import { judgeScenario, type ScenarioEvidence } from './scenario-result.ts';

interface Incident {
  readonly services?: readonly string[];
  readonly status?: IncidentRecord['status'];
  readonly resolvedBy?: IncidentRecord['resolvedBy'];
}

function incident({ services = ['orders-db', 'order'], status = 'resolved', resolvedBy = 'action' }: Incident = {}) {
  const hypotheses = services.map((service) => ({ service }));
  const report = { hypotheses, verdict: 'CONFIRMED', decision: 'root-cause' };
  return { id: 'i1', status, resolvedBy, detectedMs: 61_000, report } as unknown as IncidentRecord;
}

const execution = (outcome: ExecutionRecord['outcome'], status: ExecutionRecord['status'] = 'finished') =>
  ({ outcome, status }) as ExecutionRecord;

const investigated: ScenarioEvidence['investigated'] = {
  run: { status: 'finished', decision: 'root-cause', verdict: 'CONFIRMED', lastSeq: 5 } as RunRecord,
  events: ['evidence', 'ranking', 'verdict', 'report', 'cost'].map((type, at) => ({ type, seq: at + 1 }) as RunEvent),
  seconds: 1.234,
};

function fault(change: Partial<ScenarioEvidence> = {}): ScenarioEvidence {
  return {
    fault: 'missing-index',
    isFault: true,
    trueCauses: ['orders-db'],
    injectedMs: 1000,
    incident: incident(),
    incidentsWithCause: 1,
    falseAlarms: [],
    proposals: 2,
    approved: 1,
    executions: [execution('recovered')],
    investigated,
    highestScore: 0.97,
    ...change,
  };
}
const triple = ['redis', 'payment', 'payment-provider'];

describe('a faulty scenario', () => {
  it('passes when the cause is first, was treated, and the shop recovered', () => {
    expect(judgeScenario(fault())).toEqual({
      fault: 'missing-index',
      detected: true,
      detectedAfterSeconds: 60,
      incident: 'i1',
      topCause: 'orders-db',
      top3: ['orders-db', 'order'],
      verdict: 'CONFIRMED',
      proposals: 2,
      approved: 1,
      executed: 1,
      verified: true,
      investigationSeconds: 1.23,
      highestScore: 0.97,
      falseAlarms: [],
      passed: true,
      problems: [],
    });
  });

  it.each<[string, Partial<ScenarioEvidence>, string]>([
    ['nothing was detected', { incident: undefined }, 'no incident'],
    ['the cause is second', { incident: incident({ services: ['order', 'orders-db'] }) }, 'first cause is order'],
    ['the cause is fourth', { incident: incident({ services: ['a', 'b', 'c', 'orders-db'] }) }, 'not in the top 3'],
    ['the report names nobody', { incident: incident({ services: [] }) }, 'first cause is none'],
    ['nothing was proposed', { proposals: 0, approved: 0, executions: [] }, 'nothing was proposed'],
    ['nothing was approved', { approved: 0, executions: [] }, 'nothing could be approved'],
    ['the incident stays open', { incident: incident({ status: 'open', resolvedBy: null }) }, 'not verified'],
    ['it ended by itself', { incident: incident({ resolvedBy: 'unassisted' }) }, 'not verified'],
    ['no execution recovered', { executions: [execution('not-recovered')] }, 'not verified'],
    ['the checks had no data', { executions: [execution('no-data')] }, 'not verified'],
    ['the score is unknown', { highestScore: null }, 'unknown'],
    ['the report is late', { investigated: { ...investigated, seconds: 12 } }, 'took 12.0 s'],
    ['the score is low', { highestScore: 0.5 }, 'below'],
    [
      'one of three causes is missing',
      { trueCauses: triple, incident: incident({ services: ['redis', 'payment'] }) },
      'payment-provider',
    ],
  ])('fails when %s', (_, change, problem) => {
    const result = judgeScenario(fault(change));
    expect(result.passed).toBe(false);
    expect(result.problems.join()).toContain(problem);
  });

  it('with several causes passes with any of them first, if all are found', () => {
    const found = incident({ services: ['payment', 'payment-provider', 'redis'] });
    expect(judgeScenario(fault({ trueCauses: triple, incident: found })).passed).toBe(true);
  });

  it('counts executions that ended without failing', () => {
    const executions = [
      execution('failed'),
      execution('not-recovered'),
      execution('recovered'),
      execution(null, 'running'),
    ];
    expect(judgeScenario(fault({ executions })).executed).toBe(2);
  });
});

describe('a scenario without a fault', () => {
  const quiet = fault({ isFault: false, trueCauses: [], incident: undefined, incidentsWithCause: 0, proposals: 0 });

  it('passes when nothing is blamed, whatever the scores', () => {
    expect(judgeScenario({ ...quiet, highestScore: null }).passed).toBe(true);
    expect(judgeScenario({ ...quiet, highestScore: 0.99 }).passed).toBe(true);
  });

  it('fails when somebody is blamed', () => {
    const result = judgeScenario({ ...quiet, incident: incident(), incidentsWithCause: 1 });
    expect(result).toMatchObject({ passed: false, detected: true, topCause: 'orders-db' });
  });
});
