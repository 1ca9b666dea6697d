import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../log.ts';
import { loadEndpoints, NO_ENDPOINTS } from '../outbound/index.ts';
import { fakeReceiver, type Answer, type FakeReceiver } from '../outbound/testing/fake-receiver.ts';
import type { NewNotification, NotificationStore } from '../store/notification-store.ts';
import { openSqliteLedger } from '../store/sqlite/open-ledger.ts';
import { loadChannels, type Channels } from './channels.ts';
import { notificationDelivery } from './deliver.ts';
import { fakeSmtp } from './testing/fake-smtp.ts';
import { memoryOutbox } from './testing/memory-outbox.ts';

const DAY_MS = 86_400_000;
const TOKEN = '123456:canary-of-the-bot-0123456789';
const KEY = 'canary-routing-key-0123456789';
const HOOK = 'canary-hook';
const folder = mkdtempSync(path.join(tmpdir(), 'causeway-channels-'));
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: unknown): string {
  const name = path.join(folder, `${(files += 1)}`);
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

async function opening<T extends { close(): Promise<void> }>(making: Promise<T>): Promise<T> {
  const made = await making;
  opened.push(made);
  return made;
}

const around = { allowPrivate: true, timeoutSeconds: 1 };

/** Every kind of HTTP channel, at one receiver. */
async function channelsAt(receiver: FakeReceiver, more: object = {}): Promise<Channels> {
  const caFile = file(receiver.ca);
  const endpoints = loadEndpoints(
    file({ endpoints: { hook: { url: `${receiver.url}/webhook`, allowPrivate: true, timeoutSeconds: 1, caFile } } })
  );
  return loadChannels(
    file({
      baseUrl: 'https://grafana.test/',
      channels: {
        slack: { type: 'slack', webhookUrlFile: file(`${receiver.url}/${HOOK}`), caFile, ...around },
        telegram: {
          type: 'telegram',
          botTokenFile: file(TOKEN),
          chatId: '-100',
          apiUrl: receiver.url,
          caFile,
          ...around,
        },
        pagerduty: { type: 'pagerduty', routingKeyFile: file(KEY), apiUrl: `${receiver.url}/pd`, caFile, ...around },
        webhook: { type: 'webhook', endpoint: 'hook' },
        ...more,
      },
    }),
    endpoints
  );
}

const TAKEN: Readonly<Record<string, string>> = {
  slack: 'ok',
  telegram: '{"ok":true}',
  pagerduty: '{"status":"success"}',
  webhook: '',
};

function delivering(channels: Channels, startMs = 1000) {
  const outbox = memoryOutbox();
  const lines: unknown[] = [];
  const say = (message: string, fields?: unknown) => void lines.push([message, fields]);
  const log: Log = { info: say, warn: say, error: say };
  let nowMs = startMs;
  const delivery = notificationDelivery({ store: outbox, channels, clock: { now: () => nowMs }, log });
  const { signal } = new AbortController();
  return {
    outbox,
    lines,
    figures: delivery.figures,
    deliver: (atMs = nowMs, stop = signal) => {
      nowMs = atMs;
      return delivery.deliverDue(stop);
    },
  };
}

let ids = 0;
const to = (channel: string, changes: Partial<NewNotification> = {}): NewNotification => ({
  id: `message-${(ids += 1)}`,
  channel,
  event: 'approval-requested',
  subject: 'plan-1',
  content: { kind: 'plan', title: 'Roll back', planId: 'plan-1', risk: 0.5 },
  createdMs: 1000,
  ...changes,
});

const HTTP_CHANNELS = ['slack', 'telegram', 'pagerduty', 'webhook'] as const;

describe.each(HTTP_CHANNELS)('the channel %s', (id) => {
  async function start(...answers: readonly Answer[]) {
    const receiver = await opening(fakeReceiver({ tls: true }));
    receiver.answer(...answers);
    const tested = delivering(await channelsAt(receiver));
    tested.outbox.add(to(id));
    return { receiver, ...tested, kept: () => tested.outbox.kept[0] };
  }

  it('delivers once', async () => {
    const { deliver, receiver, kept } = await start({ status: 200, body: TAKEN[id] ?? '' });
    expect(await deliver()).toEqual({ due: 1, sent: 1, failed: 0, dropped: 0 });
    expect(await deliver()).toEqual({ due: 0, sent: 0, failed: 0, dropped: 0 });
    expect(kept()).toMatchObject({ sentMs: 1000, error: null, attempts: 1 });
    expect(receiver.requests).toHaveLength(1);
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toBeTypeOf('object');
    expect(receiver.requests[0]?.body).toContain('plan=plan-1');
  });

  it.each([
    ['an error of the server', { status: 500, body: 'canary' }, 'answered 500'],
    ['a redirect', { status: 302, headers: { location: 'http://169.254.169.254/' } }, 'answered 302'],
    ['missing rights', { status: 403 }, 'answered 403'],
    ['a hang', 'hang', 'it took too long'],
    ['a cut connection', 'cut', 'no connection (ECONNRESET)'],
  ] as const)('tries again after %s', async (_name, answer, error) => {
    const { deliver, receiver, kept, lines } = await start(answer, { status: 200, body: TAKEN[id] ?? '' });
    expect(await deliver()).toMatchObject({ failed: 1 });
    expect(kept()).toMatchObject({ error, nextMs: 16_000, sentMs: null, dropped: false });
    expect(await deliver(15_999)).toMatchObject({ due: 0 });
    expect(await deliver(16_000)).toMatchObject({ sent: 1 });
    expect(receiver.requests).toHaveLength(2);
    expect(JSON.stringify([kept(), lines])).not.toContain('canary');
  });

  it('waits as long as it is asked to', async () => {
    const { deliver, kept } = await start({ status: 429, headers: { 'retry-after': '120' } });
    await deliver();
    expect(kept()).toMatchObject({ error: 'answered 429', nextMs: 121_000 });
  });

  it('gives up what will never be taken', async () => {
    const { deliver, kept } = await start({ status: 400, body: 'canary' });
    expect(await deliver()).toEqual({ due: 1, sent: 0, failed: 0, dropped: 1 });
    expect(kept()).toMatchObject({ error: 'answered 400', dropped: true });
    expect(await deliver(DAY_MS)).toMatchObject({ due: 0 });
  });

  it('waits longer each time, and gives up after a day', async () => {
    const { deliver, kept, receiver } = await start({ status: 503 });
    const pauses: number[] = [];
    for (let atMs = 1000; pauses.length < 8; atMs = kept()?.nextMs ?? 0) {
      await deliver(atMs);
      pauses.push(((kept()?.nextMs ?? 0) - atMs) / 1000);
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 480, 900, 900]);
    await deliver(999 + DAY_MS);
    expect(kept()).toMatchObject({ dropped: false, attempts: 9 });
    await deliver(kept()?.nextMs);
    expect(kept()).toMatchObject({ dropped: true, attempts: 10, error: 'answered 503' });
    expect(receiver.requests).toHaveLength(10);
  });
});

describe('what stands between', () => {
  it.each(['slack', 'telegram', 'pagerduty'])('is not taken for %s when it answers 200 with HTML', async (id) => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    receiver.answer({ status: 200, body: '<html>Please log in</html>' });
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    outbox.add(to(id));
    expect(await deliver()).toMatchObject({ failed: 1 });
  });

  it('lets Telegram say in its body how long to wait', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    receiver.answer({ status: 429, body: '{"ok":false,"parameters":{"retry_after":77}}' });
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    outbox.add(to('telegram'));
    await deliver();
    expect(outbox.kept[0]?.nextMs).toBe(78_000);
  });
});

describe('one round', () => {
  it('works on the ledger', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    const ledger = await opening(openSqliteLedger(path.join(folder, 'ledger.sqlite')));
    const mine = { ...to('slack'), id: '01A' };
    await ledger.transaction(async ({ notifications }) => {
      await notifications.enqueue(mine);
      await notifications.enqueue(mine);
      await notifications.enqueue({ ...to('nowhere'), id: '01B' });
    });
    const store = {
      due: (atMs: number, limit: number) => ledger.read.notifications.due(atMs, limit),
      markSent: (id: string, atMs: number) =>
        ledger.transaction(({ notifications }) => notifications.markSent(id, atMs)),
      markFailed: (id: string, failure: Parameters<NotificationStore['markFailed']>[1]) =>
        ledger.transaction(({ notifications }) => notifications.markFailed(id, failure)),
    };
    const log: Log = { info: () => {}, warn: () => {}, error: () => {} };
    const channels = await channelsAt(receiver);
    const { deliverDue } = notificationDelivery({ store, channels, clock: { now: () => 2000 }, log });
    expect(await deliverDue(new AbortController().signal)).toEqual({ due: 2, sent: 1, failed: 0, dropped: 1 });
    expect(receiver.requests).toHaveLength(1);
    const { items } = await ledger.read.notifications.list({ limit: 10 });
    expect(items).toMatchObject([
      { id: '01B', dropped: true, error: 'the channel is not configured' },
      { id: '01A', sentMs: 2000, attempts: 1, error: null },
    ]);
  });

  it('serves other channels while one hangs, and asks that one once', async () => {
    const slow = await opening(fakeReceiver({ tls: true }));
    slow.answer('hang');
    const good = await opening(fakeReceiver({ tls: true }));
    const url = file(`${good.url}/x`);
    const extra = { good: { type: 'slack', webhookUrlFile: url, caFile: file(good.ca), ...around } };
    const { outbox, deliver, figures } = delivering(await channelsAt(slow, extra));
    outbox.add(...Array.from({ length: 20 }, () => to('slack')), ...Array.from({ length: 5 }, () => to('good')));
    expect(await deliver()).toEqual({ due: 25, sent: 5, failed: 20, dropped: 0 });
    expect(figures()).toEqual({ sent: 5, failed: 20, dropped: 0, waiting: 20 });
    expect(slow.requests).toHaveLength(1);
    expect(good.requests).toHaveLength(5);
  });

  it('keeps the order of a channel', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    const titles = ['one', 'two', 'three'];
    outbox.add(...titles.map((title, i) => to('slack', { content: { title }, createdMs: 100 + i })));
    await deliver();
    expect(receiver.requests.map(({ body }) => (JSON.parse(body) as { readonly text: string }).text)).toEqual(
      titles.map((title) => `Approval requested: ${title}`)
    );
  });

  it('is one round when it is asked for twice', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    outbox.add(to('slack'));
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('does not send again what could not be recorded', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    outbox.add(to('slack'));
    outbox.isFull = true;
    await deliver();
    await deliver();
    expect(outbox.kept[0]?.sentMs).toBeNull();
    outbox.isFull = false;
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(receiver.requests).toHaveLength(1);
    expect(outbox.kept[0]?.sentMs).not.toBeNull();
  });

  it('never throws, not even when the outbox cannot be read', async () => {
    const { lines, deliver, outbox } = delivering(loadChannels(file({ channels: {} }), NO_ENDPOINTS));
    outbox.due = () => Promise.reject(new Error('gone'));
    expect(await deliver()).toEqual({ due: 0, sent: 0, failed: 0, dropped: 0 });
    expect(lines).toHaveLength(1);
  });

  it('drops what nobody can deliver or decide any more, and says so', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    const { outbox, deliver, lines } = delivering(await channelsAt(receiver));
    outbox.add(to('nowhere'), to('slack', { content: { title: 'late', expiresMs: 500 } }));
    expect(await deliver()).toMatchObject({ dropped: 2 });
    expect(outbox.kept.map(({ error }) => error)).toEqual([
      'the channel is not configured',
      'the approval period ended before it could be delivered',
    ]);
    expect(lines).toHaveLength(2);
    expect(receiver.requests).toEqual([]);
  });

  it('sends nothing once it is stopped, and blames no channel for it', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    receiver.answer('hang');
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    outbox.add(to('slack'), to('telegram'));
    const stopping = new AbortController();
    const round = deliver(1000, stopping.signal);
    await expect.poll(() => receiver.requests.length).toBe(2);
    stopping.abort();
    await round;
    expect(outbox.kept.map(({ attempts }) => attempts)).toEqual([0, 0]);
    await deliver(1000, AbortSignal.abort());
    expect(receiver.requests).toHaveLength(2);
  });
});

describe('PagerDuty', () => {
  it('opens, takes up and closes one alert per subject', async () => {
    const receiver = await opening(fakeReceiver({ tls: true }));
    receiver.answer({ status: 202, body: TAKEN['pagerduty'] ?? '' });
    const { outbox, deliver } = delivering(await channelsAt(receiver));
    outbox.add(
      ...['approval-requested', 'approved', 'started', 'failed', 'rolled-back'].map((event) =>
        to('pagerduty', { event })
      )
    );
    await deliver();
    const bodies = receiver.requests.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string });
    expect(bodies.map(({ event_action }) => event_action)).toEqual([
      'trigger',
      'acknowledge',
      'acknowledge',
      'trigger',
      'resolve',
    ]);
    expect(new Set(bodies.map(({ dedup_key }) => dedup_key))).toEqual(new Set(['plan-1']));
  });
});

describe('mail', () => {
  async function start(settings: object = {}) {
    const smtp = await opening(fakeSmtp());
    const email = {
      type: 'email',
      host: 'localhost',
      port: smtp.port,
      user: 'causeway',
      passwordFile: file('canary-of-the-mail'),
      from: 'causeway@shop.test',
      to: ['sre@shop.test', 'oncall@shop.test'],
      caFile: file(smtp.ca),
      ...around,
      ...settings,
    };
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const tested = delivering(loadChannels(file({ channels: { mail: email } }), NO_ENDPOINTS, resolve));
    tested.outbox.add(to('mail'));
    return { smtp, ...tested, kept: () => tested.outbox.kept[0] };
  }

  it('arrives over STARTTLS with password, in text', async () => {
    const { smtp, deliver, kept } = await start();
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(smtp.mails).toMatchObject([
      {
        secure: true,
        auth: '\u0000causeway\u0000canary-of-the-mail',
        from: 'causeway@shop.test',
        to: ['sre@shop.test', 'oncall@shop.test'],
      },
    ]);
    expect(smtp.mails[0]?.data).toMatch(/^Subject: \[Causeway\] Approval requested: Roll back$/m);
    expect(smtp.mails[0]?.data).toMatch(new RegExp(`^Message-ID: <${kept()?.id}@causeway.invalid>$`, 'm'));
    expect(smtp.mails[0]?.data).toContain('Content-Type: text/plain');
  });

  it.each([
    ['no-starttls', 'retry'],
    ['busy', 'retry'],
    ['refuses-password', 'retry'],
    ['silent', 'retry'],
    ['refuses-recipient', 'refused'],
  ] as const)('is not lost or sent in the open when the server %s: %s', async (mood, kind) => {
    const { smtp, deliver, kept, lines } = await start();
    smtp.mood = mood;
    expect(await deliver()).toMatchObject(kind === 'retry' ? { failed: 1 } : { dropped: 1 });
    expect(smtp.mails).toEqual([]);
    expect(JSON.stringify([kept(), lines])).not.toContain('canary');
  });

  it('does not go to a server with another certificate, or to an address inside', async () => {
    const other = await start({ caFile: undefined });
    expect(await other.deliver()).toMatchObject({ failed: 1 });
    const inside = await start({ allowPrivate: false });
    expect(await inside.deliver()).toMatchObject({ failed: 1 });
    expect(inside.kept()?.error).toContain('not allowed');
    expect([...other.smtp.mails, ...inside.smtp.mails]).toEqual([]);
  });

  it('goes without TLS only where that is said, and then without a password', async () => {
    const { smtp, deliver } = await start({ security: 'none', user: undefined, passwordFile: undefined });
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(smtp.mails[0]).toMatchObject({ secure: false, auth: undefined });
    await expect(start({ security: 'none' })).rejects.toThrow(/without TLS/);
  });
});
