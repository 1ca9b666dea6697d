import { describe, expect, it } from 'vitest';
import { toGroundTruth } from './ground-truth.ts';
import { incidentRecord, label } from './testing/known.ts';

const scope = { fromMs: 1000, toMs: 2000, nowMs: 2000 };

describe('what is known about a range', () => {
  it.each([
    ['nothing', [], [], false],
    ['an incident before it', [incidentRecord('a', 100, 900)], [], false],
    ['an acknowledgement', [], [label('a', 'acknowledged', 1200, 1300)], false],
    ['an incident in it', [incidentRecord('a', 1100, 1200)], [], true],
    ['an incident that lasts', [incidentRecord('a', 1100, null)], [], true],
    ['maintenance', [], [label('a', 'maintenance', 900, 1100)], true],
  ])('is something or nothing: %s', (_, incidents, labels, isKnown) => {
    expect(toGroundTruth(incidents, labels, scope).isKnown).toBe(isKnown);
  });

  it('counts every service that an incident touched', () => {
    const record = incidentRecord('db', 1100, 1200, { causes: ['db', 'cache'], victims: ['shop'] });
    const { incidents } = toGroundTruth([record], [], scope);
    expect(incidents).toEqual([
      { service: 'db', fromMs: 1100, toMs: 1200, source: 'ledger', services: ['db', 'shop'] },
    ]);
    expect(toGroundTruth([record], [], { ...scope, service: 'shop' }).incidents).toHaveLength(1);
    expect(toGroundTruth([record], [], { ...scope, service: 'cache' })).toMatchObject({ isKnown: false });
  });

  it('ends an incident that lasts at now', () => {
    expect(toGroundTruth([incidentRecord('a', 1100, null)], [], scope).incidents[0]).toMatchObject({ toMs: 2000 });
  });

  it('takes a label on an incident of the ledger as the same incident', () => {
    const { incidents } = toGroundTruth(
      [incidentRecord('a', 1200, 1300)],
      [label('a', 'incident', 1150, 1250), label('a', 'incident', 1500, 1600), label('b', 'incident', 1200, 1300)],
      scope
    );
    expect(incidents.map(({ service, fromMs, toMs, source }) => [service, fromMs, toMs, source])).toEqual([
      ['a', 1150, 1300, 'ledger'],
      ['b', 1200, 1300, 'label'],
      ['a', 1500, 1600, 'label'],
    ]);
  });

  it.each(['false-alarm', 'expected', 'maintenance'] as const)(
    'believes a person who says that an incident of the ledger was none: %s',
    (kind) => {
      const truth = toGroundTruth([incidentRecord('a', 1200, 1300)], [label('a', kind, 1100, 1400)], scope);
      expect(truth).toMatchObject({ isKnown: true, incidents: [] });
    }
  );
});
