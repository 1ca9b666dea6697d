import { expect, it } from 'vitest';
import type { Labels, TimeSeries } from '#model';
import { collectAlerts } from './alert-details.ts';
import { openPart, sourceWith, subjectWith, WINDOWS } from './testing/subject.ts';

const MINUTE = 60_000;
const { fromMs, toMs } = WINDOWS.incident;
/** Fires in every minute of the stretches. */
function series(labels: Labels, ...stretches: readonly (readonly [fromMs: number, toMs: number])[]): TimeSeries {
  const timesMs = stretches.flatMap(([from, to]) =>
    Array.from({ length: Math.round((to - from) / MINUTE) + 1 }, (_, i) => from + i * MINUTE)
  );
  return { labels, timesMs, values: timesMs.map(() => 1) };
}

it('tells alerts of the services that fired in the window, and how often before', async () => {
  const hours = 60 * MINUTE;
  const answer = [
    series(
      { alertname: 'Slow', service: 'shop', severity: 'page' },
      [fromMs - 9 * hours, fromMs - 8 * hours],
      [fromMs + 3 * MINUTE, toMs]
    ),
    series({ alertname: 'Full', pod: 'db-7f-x1' }, [fromMs - MINUTE, fromMs + 2 * MINUTE]),
    series({ alertname: 'Old', service: 'pay' }, [fromMs - 5 * hours, fromMs - 4 * hours]),
    series({ alertname: 'Other', service: 'elsewhere' }, [fromMs, toMs]),
  ];
  const part = openPart();
  const queryRange = async () => ({ series: answer, warnings: [], infos: [] });
  await collectAlerts(sourceWith({ prometheus: { queryRange } }), subjectWith(), part);
  expect(part.findings.map(({ source, service, statement }) => [source, service, statement])).toEqual([
    [
      'alert',
      'db',
      'db: the alert "Full" fired from 17:41:00 UTC until 17:44:00 UTC. It did not fire in the 24 h before.',
    ],
    [
      'alert',
      'shop',
      'shop: the alert "Slow" (page) has fired since 17:45:00 UTC and still fires at the end of the window. It fired 1 time in the 24 h before.',
    ],
  ]);
});
