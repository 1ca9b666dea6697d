import { expect, it } from 'vitest';
import { alertsPerDay } from './alerts-per-day.ts';
import { CONFIG, serviceRows, tableOf } from './testing/service-history.ts';

it('counts the yellow alerts of the last 30 % for every contamination', () => {
  const table = alertsPerDay(tableOf(serviceRows()), CONFIG);
  const { rows, days } = table.kind === 'fitted' ? table : { rows: [], days: NaN };
  expect(rows.map((row) => row.contamination)).toEqual([0, 0.0025, 0.005, 0.01]);
  expect(days).toBeCloseTo(5.46, 2);
  // Three disturbances lie in the last 30 %.
  expect(rows[0]!.alertsPerDay * days).toBeGreaterThanOrEqual(3);
});

it('says why there is none', () => {
  expect(alertsPerDay(tableOf(serviceRows().slice(0, 700)), CONFIG)).toMatchObject({ kind: 'unknown', need: 576 });
});
