import { describe, expect, it } from 'vitest';
import { readAlerts } from './read-webhook.ts';

const ALERT = {
  status: 'firing',
  labels: { alertname: 'HighLatency', service: 'payment', severity: 'critical' },
  annotations: { summary: 'payment is slow' },
  startsAt: '2026-01-05T03:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: '87a1c9e5a1b2c3d4',
};
const read = (change: object) => readAlerts({ alerts: [{ ...ALERT, ...change }] });

describe('an alert of a webhook', () => {
  it('is read as Grafana sends it, what is not asked for left out', () => {
    const sent = { ...ALERT, values: { B: 1 }, generatorURL: 'http://x', silenceURL: '', dashboardURL: '' };
    expect(readAlerts({ alerts: [sent] })).toEqual({
      alerts: [
        {
          fingerprint: ALERT.fingerprint,
          status: 'firing',
          name: 'HighLatency',
          service: 'payment',
          severity: 'critical',
          summary: 'payment is slow',
          labels: ALERT.labels,
          startsAtMs: Date.UTC(2026, 0, 5, 3, 0, 0, 123),
          endsAtMs: null,
        },
      ],
      refused: 0,
      reason: '',
    });
  });

  it.each([
    ['service_name before service', { service_name: 'a', service: 'b', app: 'c' }, 'a'],
    ['service before app', { service: 'b', app: 'c' }, 'b'],
    ['app', { app: 'c' }, 'c'],
    ['app where service is empty', { service: ' ', app: 'c' }, 'c'],
    ['nothing', { job: 'd' }, null],
    ['no name longer than names are', { service: 'x'.repeat(254) }, null],
  ])('takes as its service %s', (_, labels, service) => {
    expect(read({ labels }).alerts[0]?.service).toBe(service);
  });

  it.each([
    ['none while it fires, whatever it says', { endsAt: '2026-01-05T04:00:00Z' }, null],
    ['none of the year 1', { status: 'resolved' }, null],
    ['none that is missing', { status: 'resolved', endsAt: undefined }, null],
    ['its own', { status: 'resolved', endsAt: '2026-01-05T06:00:00+02:00' }, Date.UTC(2026, 0, 5, 4)],
    [
      'no time before its start',
      { status: 'resolved', endsAt: '2020-01-01T00:00:00Z' },
      Date.UTC(2026, 0, 5, 3, 0, 0, 123),
    ],
  ])('has as its end %s', (_, change, endsAtMs) => {
    expect(read(change).alerts[0]?.endsAtMs).toBe(endsAtMs);
  });

  it.each([
    ['an unknown status', { status: 'pending' }, /^alerts\.status/],
    ['no labels', { labels: null }, /^alerts\.labels/],
    ['a label that is no text', { labels: { a: 1 } }, /^alerts\.labels\.a/],
    [
      'too many labels',
      { labels: Object.fromEntries(Array.from({ length: 65 }, (__, i) => [`l${i}`, 'x'])) },
      /64 labels/,
    ],
    ['a label too long', { labels: { a: 'x'.repeat(2049) } }, /^alerts\.labels\.a/],
    ['a name too long', { labels: { ['a'.repeat(257)]: 'x' } }, /^alerts\.labels/],
    ['a start before 1970', { startsAt: '0001-01-01T00:00:00Z' }, /^alerts\.startsAt/],
    ['a start that is no time', { startsAt: '2026-13-45T99:00:00Z' }, /^alerts\.startsAt/],
    ['a start that is a number', { startsAt: 1e308 }, /^alerts\.startsAt/],
    ['a start with a year of six digits', { startsAt: '+275760-09-13T00:00:00Z' }, /^alerts\.startsAt/],
    ['a long fingerprint', { fingerprint: 'f'.repeat(129) }, /^alerts\.fingerprint/],
  ])('with %s is refused with the reason', (_, change, reason) => {
    expect(read(change)).toMatchObject({ alerts: [], refused: 1, reason: expect.stringMatching(reason) });
  });

  it('does not hold up the others of its group', () => {
    const alerts = [null, 7, { ...ALERT, status: 'x' }, ALERT];
    expect(readAlerts({ alerts })).toMatchObject({ alerts: [{ name: 'HighLatency' }], refused: 3 });
  });

  it('beyond the two hundredth is refused', () => {
    const alerts = Array.from({ length: 250 }, () => ALERT);
    expect(readAlerts({ alerts })).toMatchObject({ refused: 50, reason: expect.stringMatching(/200/) });
  });

  it('without a fingerprint gets one of its labels, the same for the same', () => {
    const made = (labels: object) => read({ fingerprint: undefined, labels }).alerts[0]?.fingerprint;
    expect(made({ a: '1', b: '2' })).toBe(made({ b: '2', a: '1' }));
    expect(made({ a: '1', b: '2' })).not.toBe(made({ a: '1', b: '3' }));
  });

  it.each([
    ['description where there is no summary', { description: 'd' }, 'd'],
    ['nothing where annotations are missing', null, ''],
    ['no text that is none', { summary: { a: 1 }, message: 'm' }, 'm'],
  ])('says %s', (_, annotations, summary) => {
    expect(read({ annotations }).alerts[0]?.summary).toBe(summary);
  });

  it('keeps hostile text as text, cut to a length', () => {
    const summary = `</script>'; DROP TABLE alert; -- ${'😀'.repeat(2000)}`;
    const [alert] = read({
      annotations: { summary },
      labels: { alertname: '‮$(rm -rf /)', service: "' OR 1=1" },
    }).alerts;
    expect(alert).toMatchObject({ name: '‮$(rm -rf /)', service: "' OR 1=1" });
    expect(alert?.summary.length).toBeLessThanOrEqual(1000);
    expect(alert?.summary).not.toMatch(/\p{Surrogate}/u);
  });
});
