import { describe, expect, it } from 'vitest';
import { toKeyFigures } from './kpi.ts';
import { execution, incident, NOW_MS } from './testing/records.ts';

describe('toKeyFigures', () => {
  it('has no figure without a record', () => {
    expect(toKeyFigures([], [])).toEqual({
      openIncidents: 0,
      detectSeconds: null,
      resolveSeconds: null,
      successRatio: null,
      executions: 0,
    });
  });

  it('averages over what is known and counts only a verified recovery as success', () => {
    const incidents = [incident(), incident({ status: 'resolved', resolvedMs: NOW_MS - 60_000 })];
    const executions = [
      execution(),
      execution({ outcome: 'no-data' }),
      execution({ status: 'verifying', outcome: null }),
      execution({ status: 'needs-human', outcome: null }),
    ];
    expect(toKeyFigures(incidents, executions)).toEqual({
      openIncidents: 1,
      detectSeconds: 60,
      resolveSeconds: 300,
      successRatio: expect.closeTo(1 / 3, 6),
      executions: 3,
    });
  });
});
