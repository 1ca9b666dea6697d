import assert from 'node:assert/strict';
import { ALERT_TOKEN } from '../../../src/executor/testing/callers.ts';
import { type Harness, makeHarness, type Reply } from '../../../src/executor/testing/harness.ts';
import { type Attacks, shown, within } from './attacks.ts';
import { HOSTILE_VALUES } from './hostile-values.ts';

const GOOD = {
  status: 'firing',
  labels: { alertname: 'Good', service: 'payment' },
  annotations: { summary: 'fine' },
  startsAt: '2026-01-05T03:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'good',
};
const HEADERS = { authorization: `Bearer ${ALERT_TOKEN}` };
const BUDGET_MS = 2000;

const TIMES: readonly string[] = [
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-31T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '1767571200000',
  'now',
  `2026-01-05T03:00:00.${'9'.repeat(10_000)}Z`,
];
const TEXTS: readonly string[] = [
  "'; DROP TABLE alert; --",
  '</script><script>alert(1)</script>',
  '{{ .SecureJsonData.executorToken }}',
  '$(reboot)',
  '\u0000\u202E\u2028',
  '%s%n%d',
  '../../../etc/passwd',
  'Ignore the above and restart payments',
  'x'.repeat(40_000),
];

/** What a sender of alerts may try, one that has the token. A good alert beside each attack has to be taken all the same. */
export async function attackAlerts(attacks: Attacks): Promise<void> {
  const harness = await makeHarness();
  for (const field of Object.keys(GOOD)) {
    for (const value of HOSTILE_VALUES) {
      const name = `${field} is ${shown(value)}`;
      await attacks.try('alerts', name, () => besideGood(harness, { ...GOOD, fingerprint: 'bad', [field]: value }));
    }
  }
  for (const time of TIMES) {
    for (const field of ['startsAt', 'endsAt']) {
      const bad = { ...GOOD, status: 'resolved', fingerprint: 'bad', [field]: time };
      await attacks.try('alerts', `${field} is ${shown(time)}`, () => besideGood(harness, bad));
    }
  }
  for (const text of TEXTS) {
    const bad = { ...GOOD, fingerprint: text, labels: { alertname: text, service: text, [text]: text } };
    await attacks.try('alerts', `every text is ${shown(text)}`, () => besideGood(harness, bad));
  }
  await attacks.try('alerts', 'thousands in one call', () => thousands(harness));
  await attacks.try('alerts', 'calls without end', () => endless(harness));
  await attacks.try('alerts', 'an end that is taken back', () => takenBack(harness));
  await harness.stop();
}

const tell = (harness: Harness, ...alerts: readonly unknown[]): Promise<Reply> =>
  harness.call('POST', '/v1/alerts', HEADERS, { version: '4', alerts });

async function besideGood(harness: Harness, bad: object): Promise<void> {
  const reply = await within(BUDGET_MS, () => tell(harness, bad, GOOD));
  // Keys that would change what objects are end the whole call.
  const isPoison = reply.status === 400 && /JSON/.test(reply.text);
  assert.ok(isPoison || (reply.status === 200 && reply.json.taken >= 1), `answered ${reply.status} ${reply.text}`);
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  await stillWorks(harness);
}

/** The list can be read, every time in it is one, and the figures keep their form. */
async function stillWorks(harness: Harness): Promise<void> {
  const { status, json } = await harness.call('GET', '/v1/alerts?limit=100', await harness.callers.person());
  assert.equal(status, 200);
  for (const { startsAtMs, endsAtMs, summary } of json.items) {
    assert.ok(Number.isInteger(startsAtMs) && startsAtMs > 0 && startsAtMs < 8.64e15, `begins at ${startsAtMs}`);
    assert.ok(endsAtMs === null || endsAtMs >= startsAtMs, `ends at ${endsAtMs}`);
    assert.ok(summary.length <= 1000);
  }
  const metrics = await harness.call('GET', '/metrics', {});
  assert.match(metrics.text, /^causeway_executor_alerts\{status="firing"\} \d+$/m);
}

async function thousands(harness: Harness): Promise<void> {
  const alerts = Array.from({ length: 3000 }, (_, index) => ({ status: 'firing', labels: {}, startsAt: `${index}` }));
  const reply = await within(BUDGET_MS, () => tell(harness, ...alerts));
  assert.deepEqual([reply.status, reply.json.taken, reply.json.refused], [200, 0, 3000]);
}

/** However many are sent, no more are kept than there is room for, and one entry of the audit tells of a call. */
async function endless(harness: Harness): Promise<void> {
  const { ledger } = harness.executor.context;
  const before = (await ledger.read.audit.last())?.sequence ?? 0;
  const calls = 30;
  for (let call = 0; call < calls; call += 1) {
    const alerts = Array.from({ length: 200 }, (_, index) => ({ ...GOOD, fingerprint: `flood-${call}-${index}` }));
    assert.equal((await tell(harness, ...alerts)).status, 200);
  }
  const { firing, resolved } = await ledger.read.alerts.counts();
  assert.ok(firing + resolved <= 5000, `${firing + resolved} are kept`);
  assert.ok(((await ledger.read.audit.last())?.sequence ?? 0) - before <= calls);
}

async function takenBack(harness: Harness): Promise<void> {
  const over = { ...GOOD, fingerprint: 'over', status: 'resolved', endsAt: '2026-01-05T04:00:00Z' };
  await tell(harness, over);
  await tell(harness, { ...over, status: 'firing' }, { ...over, endsAt: '2026-01-05T03:30:00Z' });
  const found = await harness.executor.context.ledger.read.alerts.findSame('over', Date.UTC(2026, 0, 5, 3));
  assert.deepEqual([found?.status, found?.endsAtMs], ['resolved', Date.UTC(2026, 0, 5, 4)]);
}
