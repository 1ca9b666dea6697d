import { describe, expect, it } from 'vitest';
import type { IncidentRecord, PlanRecord } from '#contracts';
import type { ActionProposal, RcaReport } from '#model';
import { digestReport, isPlanned, matchIncident } from './incident-match.ts';

const report = {
  decision: 'root-cause',
  verdict: 'LIKELY',
  concurrent: 1,
  hypotheses: [{ service: 'orders-db', cause: 'slow-query' }],
  victims: ['payment', 'checkout'],
  proposals: [],
  narrator: 'engine',
} as unknown as RcaReport;

const incident = { id: '1', fingerprint: 'incident:payment', service: 'payment', report } as unknown as IncidentRecord;

describe('a trouble', () => {
  it.each([
    ['of the same fingerprint', 'incident:payment', ['payment'], true],
    ['that moved towards the users', 'incident:gateway', ['gateway', 'checkout', 'payment'], true],
    ['among the victims', 'incident:checkout', ['checkout'], true],
    ['at the cause', 'incident:orders-db', ['orders-db'], true],
    ['elsewhere', 'incident:search', ['search', 'catalog'], false],
  ])('%s belongs to the open incident: %s', (_case, fingerprint, services, same) => {
    expect(matchIncident({ fingerprint, services }, [incident])?.id).toBe(same ? '1' : undefined);
  });

  it('prefers the incident of its own fingerprint', () => {
    const other = { ...incident, id: '2', fingerprint: 'incident:checkout' };
    const trouble = { fingerprint: 'incident:checkout', services: ['payment'] };
    expect(matchIncident(trouble, [incident, other])?.id).toBe('2');
  });
});

describe('a proposal', () => {
  const proposal = {
    action: 'scale',
    target: { kind: 'deployment', name: 'payment' },
    parameters: { replicas: 4 },
  } as unknown as ActionProposal;
  const plan = { ...proposal, parameters: { replicas: 4, surge: 1 }, executionId: null } as unknown as PlanRecord;

  it.each<[string, Partial<ActionProposal>, Partial<PlanRecord>, boolean]>([
    ['equal', {}, {}, true],
    ['of another action', { action: 'restart', parameters: {} }, {}, false],
    ['for another target', { target: { kind: 'deployment', name: 'order' } }, {}, false],
    ['for an edge of the target', { target: { kind: 'edge', name: 'payment', peer: 'redis' } }, {}, false],
    ['a little larger, while nobody has decided', { parameters: { replicas: 5 } }, {}, true],
    ['much larger', { parameters: { replicas: 12 } }, {}, false],
    ['a step further, after the plan was carried out', { parameters: { replicas: 5 } }, { executionId: 'x' }, false],
    ['with another text', { parameters: { replicas: 'four' } }, {}, false],
  ])('%s was planned: %s', (_case, change, changedPlan, planned) => {
    expect(isPlanned({ ...proposal, ...change }, [{ ...plan, ...changedPlan }])).toBe(planned);
  });
});

describe('the digest of a report', () => {
  it('changes with what a person would want to know, not with numbers', () => {
    const [first] = report.hypotheses;
    expect(digestReport({ ...report, summary: 'other' })).toBe(digestReport(report));
    expect(digestReport({ ...report, verdict: 'CONFIRMED' })).not.toBe(digestReport(report));
    const other = { ...report, hypotheses: [{ ...first, cause: 'overload' }] } as unknown as RcaReport;
    expect(digestReport(other)).not.toBe(digestReport(report));
  });
});
