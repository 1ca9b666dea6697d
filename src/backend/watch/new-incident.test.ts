import { describe, expect, it } from 'vitest';
import { openIncidentSchema } from '#contracts';
import type { RcaReport } from '#model';
import { fingerprintOf, type NewIncident, toFingerprint, toOpenIncident, troubleOf } from './new-incident.ts';

const incident: NewIncident = {
  fingerprint: fingerprintOf('orders-db'),
  target: { service: 'orders-db', symptom: 'errors' },
  report: { onsetMs: 1000.6 } as RcaReport,
  detectedMs: 2000.4,
  levels: { latency: undefined, errors: { centre: 0.01, upper: 0.02 } },
  graph: { nodes: [{ name: 'orders-db', kind: 'database' }] },
  origin: 'person',
  openedBy: 'alice',
};

describe('what the ledger is told of a new incident', () => {
  it('is what it takes: whole times, checks of the target by its kind, the symptom first', () => {
    const told = toOpenIncident(incident);
    expect(openIncidentSchema.safeParse(told).success).toBe(true);
    expect(told).toMatchObject({ onsetMs: 1001, detectedMs: 2000, origin: 'person', openedBy: 'alice' });
    expect(told.recovery.map(({ unit, threshold }) => [unit, threshold])).toEqual([
      ['ratio', 0.02],
      ['seconds', 1],
    ]);
    expect(told.recovery[0]?.query).toContain('orders-db');
  });

  it.each([
    ['names that are too long', { openedBy: `${'x'.repeat(199)}😀` }],
    ['a service that the graph does not know', { graph: { nodes: [] } }],
    ['times before 1970', { detectedMs: -5, report: { onsetMs: -7 } as RcaReport }],
  ])('is taken also with %s', (_, change) => {
    const told = toOpenIncident({ ...incident, ...change });
    expect(openIncidentSchema.safeParse(told).success).toBe(true);
    expect(told.openedBy).not.toMatch(/\p{Surrogate}/u);
  });

  it.each([
    ['with its causes where they stand out', 'root-cause', 2, ['gateway', 'redis', 'payment']],
    ['with one cause at least', 'root-cause', 0, ['gateway', 'redis']],
    ['without causes that nobody is sure of', 'no-significant-root-cause', 0, ['gateway']],
  ] as const)('belongs to the trouble of its target, %s', (_, decision, concurrent, services) => {
    const hypotheses = ['redis', 'payment', 'search'].map((service) => ({
      service,
    })) as unknown as RcaReport['hypotheses'];
    expect(troubleOf('gateway', { decision, concurrent, hypotheses })).toEqual({
      fingerprint: 'incident:gateway',
      services,
    });
  });

  it('has a fingerprint of its service that fits, whatever the name', () => {
    expect(fingerprintOf('gateway')).toBe('incident:gateway');
    const long = [fingerprintOf('x'.repeat(253)), fingerprintOf(`${'x'.repeat(252)}y`)];
    expect(long.every((text) => text.length <= 128)).toBe(true);
    expect(long[0]).not.toBe(long[1]);
    expect(toFingerprint('as it is')).toBe('as it is');
  });
});
