import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WebhookChange, webhookSchema } from '#contracts';
import { ChangeInbox, ChangeInboxes } from './change-inbox.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const change = (more: Partial<WebhookChange> = {}): WebhookChange => ({
  service: 'order',
  kind: 'deploy',
  summary: 'order 2.4.1',
  ...more,
});
const all = { fromMs: 0, toMs: Infinity };

describe('the webhook', () => {
  it('takes changes in, now where they have no time', () => {
    const inbox = new ChangeInbox();
    expect(inbox.add([change({ atMs: NOW - HOUR, version: '2.4.1', url: 'https://ci/7' }), change()], NOW)).toEqual({
      accepted: 2,
      duplicates: 0,
    });
    expect(inbox.during(all)).toEqual([
      { ...change(), atMs: NOW - HOUR, version: '2.4.1', url: 'https://ci/7', source: 'webhook' },
      { ...change(), atMs: NOW, source: 'webhook' },
    ]);
    expect(inbox.during({ fromMs: NOW - HOUR, toMs: NOW })).toHaveLength(1);
  });

  it('counts what is sent again', () => {
    const inbox = new ChangeInbox();
    const sent = change({ atMs: NOW - 1000 });
    inbox.add([sent], NOW);
    expect(inbox.add([sent, sent, change({ atMs: NOW - 1000, version: '3' })], NOW)).toEqual({
      accepted: 1,
      duplicates: 2,
    });
  });

  it.each([NOW + 2 * 60_000, NOW - 25 * HOUR])('refuses the time %d', (atMs) => {
    expect(() => new ChangeInbox().add([change({ atMs })], NOW)).toThrow(/changes\.0\.atMs/);
  });

  it('takes a time slightly ahead for now', () => {
    const inbox = new ChangeInbox();
    inbox.add([change({ atMs: NOW + 30_000 })], NOW);
    expect(inbox.during(all)[0]?.atMs).toBe(NOW);
  });

  it('takes a burst, then one a second', () => {
    let real = 0;
    const inbox = new ChangeInbox(() => real);
    const send = (count: number) =>
      inbox.add(
        Array.from({ length: count }, () => change()),
        NOW
      );
    send(50);
    send(50);
    expect(() => send(50)).toThrow(expect.objectContaining({ code: 'CAUSEWAY_TOO_MANY_CHANGES', status: 429 }));
    real += 30_000;
    expect(() => send(50)).not.toThrow();
    expect(() => send(1)).toThrow(/60 changes a minute/);
  });

  it('keeps a thousand changes of one day, the newest', () => {
    let real = 0;
    const inbox = new ChangeInbox(() => real);
    for (let call = 0; call < 30; call += 1) {
      real += 60_000;
      inbox.add(
        Array.from({ length: 50 }, (_, index) => change({ atMs: NOW + call * 50 + index })),
        NOW + call * 50 + 50
      );
    }
    expect(inbox.during(all)).toHaveLength(1000);
    expect(inbox.during(all).at(-1)?.atMs).toBe(NOW + 1499);
    inbox.add([change()], NOW + 25 * HOUR);
    expect(inbox.during(all)).toHaveLength(1);
  });

  it('is one for each datasource, and of so many at most', () => {
    const inboxes = new ChangeInboxes();
    const first = inboxes.of('a');
    expect(inboxes.of('a')).toBe(first);
    for (let i = 0; i < 16; i += 1) {
      inboxes.of(`b${i}`);
    }
    expect(inboxes.of('a')).not.toBe(first);
  });
});

describe('a body of the webhook', () => {
  it('is one change or a list', () => {
    expect(webhookSchema.parse(change())).toEqual({ changes: [change()] });
    expect(webhookSchema.parse({ changes: [change(), change()] }).changes).toHaveLength(2);
  });

  it.each([
    { changes: [] },
    { changes: Array.from({ length: 51 }, () => change()) },
    { ...change(), kind: 'rm' },
    { ...change(), service: '' },
    { ...change(), summary: 'two\nlines' },
    { ...change(), summary: 'x'.repeat(501) },
    { ...change(), url: 'javascript:alert(1)' },
    { ...change(), atMs: 1.5 },
    { ...change(), shell: 'rm -rf' },
    null,
    [],
  ])('is not %j', (body) => {
    expect(webhookSchema.safeParse(body).success).toBe(false);
  });

  it('is never anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(webhookSchema.safeParse(body).success).toBe(false);
      })
    );
  });
});
