import { describe, expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import { FAULTS } from './testing/scenarios.ts';
import { simulate } from './testing/synthetic-system.ts';

describe('analyse names the true causes of', () => {
  it.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
    const report = analyse(simulate(fault));
    const leading = report.hypotheses.slice(0, report.concurrent);
    expect(report.decision).toBe('root-cause');
    expect(
      leading.map(({ service, cause }) => ({ service, cause })).sort((a, b) => (a.service < b.service ? -1 : 1))
    ).toEqual(fault.causes.toSorted((a, b) => (a.service < b.service ? -1 : 1)));
  });
});
