import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTIFICATION_EVENTS, type JsonObject } from '#contracts';
import { pagerdutyEvent } from './channels/pagerduty.ts';
import { slackPayload } from './channels/slack.ts';
import { telegramPayload } from './channels/telegram.ts';
import { webhookBody } from './channels/webhook.ts';
import { toMail } from './channels/email.ts';
import { toMessage, toPlainText } from './message.ts';
import { toLine, toProse } from './plain-text.ts';

const CONTENT: JsonObject = {
  kind: 'plan',
  event: 'approval-requested',
  planId: '01KDPLAN',
  incidentId: '01KDINCIDENT',
  title: 'Roll back payment',
  target: { kind: 'Deployment', namespace: 'shop', name: 'payment' },
  service: 'checkout',
  severity: 'critical',
  cause: 'bad deploy',
  action: 'k8s.rollback',
  parameters: { revision: 3, force: false },
  risk: 0.8812,
  approvalsRequired: 2,
  requester: 'alice',
  rationale: 'Errors rose with the deploy.\nSee evidence 3.',
  expiresMs: Date.UTC(2026, 0, 5, 10, 30),
  message: 'Please decide.',
};
const notification = (content: JsonObject, event = 'approval-requested') => ({
  id: '01KDMESSAGE',
  channel: 'incidents',
  event,
  subject: '01KDPLAN',
  content,
  createdMs: Date.UTC(2026, 0, 5, 10),
});
const BASE = 'https://grafana.test';
const message = (content: JsonObject = CONTENT, event?: string) => toMessage(notification(content, event), BASE);

describe('the template of a plan', () => {
  it('says all of A5.13', () => {
    expect(toPlainText(message())).toBe(
      [
        'Approval requested: Roll back payment',
        '',
        'Service: checkout',
        'Target: Deployment shop/payment',
        'Severity: critical',
        'Cause: bad deploy',
        'Action: k8s.rollback',
        'Parameters: revision=3, force=false',
        'Risk: 0.881',
        'Approvals needed: 2',
        'Expires: 2026-01-05 10:30:00 UTC',
        'Requested by: alice',
        'Incident: 01KDINCIDENT',
        'Plan: 01KDPLAN',
        '',
        'Please decide.',
        '',
        'Errors rose with the deploy.',
        'See evidence 3.',
        '',
        'https://grafana.test/a/causeway-aiops-app/runbooks?tab=approvals&plan=01KDPLAN',
      ].join('\n')
    );
  });

  it.each([...NOTIFICATION_EVENTS, 'message', 'constructor', 'break-glass', ''])('has words for %j', (event) => {
    expect(message({ title: 'T' }, event).title).toMatch(/^\S.*: T$/);
  });

  it('takes the first line of a message without a title', () => {
    expect(message({ kind: 'message', message: ' Scaled.\nSee the plan.' }, 'message').title).toBe('Message: Scaled.');
  });

  it('has no link without the address of Grafana, nor to what is no plan', () => {
    expect(toMessage(notification(CONTENT), undefined).link).toBeUndefined();
    expect(message({ planId: '../../admin?x=' }).link).toBeUndefined();
    expect(message({ planId: 5 }).link).toBeUndefined();
  });
});

const HOSTILE = [
  '<!channel> <@U123> @channel @here',
  '<https://evil.test|approve>',
  '*bold* _it_ `code` ~x~ &amp; &lt;',
  '</code><a href="https://evil.test">x</a>',
  '[x](https://evil.test)',
  'Bcc: evil@evil.test\r\nSubject: x',
  '\u202Etxet\u2066 \u200b\u0000\u001b[31m\u2028\u{E0041}',
  'javascript://x www.evil.test mailto:evil@evil.test',
  'x'.repeat(100_000),
  '\ud83d\ude00'.repeat(5000),
];
const hostileText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 300 }));
const hostileContent = fc.oneof(
  fc.record(
    Object.fromEntries(
      [...Object.keys(CONTENT), 'service', 'type'].map((key) => [key, fc.oneof(hostileText, fc.jsonValue())])
    ),
    { requiredKeys: [] }
  ),
  fc.record(Object.fromEntries(Object.keys(CONTENT).map((key) => [key, hostileText])))
) as fc.Arbitrary<JsonObject>;

function stringsIn(value: unknown): string[] {
  return typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];
}

describe('hostile content', () => {
  const all = (content: JsonObject, event: string, check: (made: ReturnType<typeof message>) => void) =>
    check(message(content, event));
  const property = (check: (made: ReturnType<typeof message>) => void) =>
    fc.assert(
      fc.property(hostileContent, fc.constantFrom(...NOTIFICATION_EVENTS, 'message'), (content, event) =>
        all(content, event, check)
      )
    );

  it('stays text without unseen characters and links in every service', () => {
    property((made) => {
      const payloads = [
        slackPayload(made),
        pagerdutyEvent(made, 'key'),
        webhookBody(made),
        toMail({ from: 'a@b.c', to: [] }, made),
      ];
      for (const text of payloads.flatMap(stringsIn)) {
        const ours = text.replaceAll(/https:\/\/grafana\.test\/a\/[\w/?=&;-]*/g, '');
        expect(ours).not.toMatch(/:\/\/|\bwww\.|[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u2028]/iu);
      }
    });
  });

  it('is read as markup nowhere in Slack', () => {
    property((made) => {
      const { text, attachments } = slackPayload(made) as unknown as {
        readonly text: string;
        readonly attachments: readonly { readonly fallback: string; readonly blocks: readonly unknown[] }[];
      };
      expect(`${text}${attachments[0]?.fallback}`).not.toMatch(/[<>]|@(?!\u200b)/);
      const marked = JSON.stringify(attachments[0]?.blocks).match(/"type":"mrkdwn","text":"[^"]*"/g) ?? [];
      expect(marked.every((one) => one.includes('"<https://grafana.test/a/causeway-aiops-app/runbooks?'))).toBe(true);
      expect(marked.length).toBeLessThanOrEqual(1);
    });
  });

  it('keeps the limits of Slack', () => {
    property((made) => {
      const { attachments } = slackPayload(made) as unknown as {
        readonly attachments: readonly [
          {
            readonly blocks: readonly {
              readonly type: string;
              readonly text?: { readonly text: string };
              readonly fields?: readonly { readonly text: string }[];
            }[];
          },
        ];
      };
      for (const { type, text, fields } of attachments[0].blocks) {
        expect(text?.text.length ?? 1).toBeGreaterThan(0);
        expect(text?.text.length ?? 0).toBeLessThanOrEqual(type === 'header' ? 150 : 3000);
        expect(fields?.length ?? 0).toBeLessThanOrEqual(10);
        expect(fields?.every((field) => field.text.length <= 2000) ?? true).toBe(true);
      }
    });
  });

  it('has only our tags in Telegram, closed, and fits into a message', () => {
    property((made) => {
      const { text } = telegramPayload(made, '1') as { readonly text: string };
      const tags = text.match(/<[^>]*>/g) ?? [];
      expect(
        tags.every((tag) => /^(<code>|<\/code>|<a href="https:\/\/grafana\.test\/[^"<>]*">|<\/a>)$/.test(tag))
      ).toBe(true);
      expect(tags.filter((tag) => tag === '<code>').length).toBe(tags.filter((tag) => tag === '</code>').length);
      const outside = text.replaceAll(/<code>[^<]*<\/code>|<a [^<]*<\/a>/g, '');
      expect(outside).toMatch(/^[A-Za-z :\n]*$/);
      const shown = text.replaceAll(/<[^>]*>/g, '').replaceAll(/&(amp|lt|gt|quot);/g, 'x');
      expect(shown.length).toBeLessThanOrEqual(4096);
    });
  });

  it('adds no header to a mail', () => {
    property((made) => {
      const { subject, messageId } = toMail({ from: 'a@b.c', to: ['d@e.f'] }, made);
      expect(`${subject}${messageId}`).not.toMatch(/[\r\n]/);
      expect(subject.length).toBeLessThanOrEqual(160);
    });
  });

  it('keeps the limits of PagerDuty', () => {
    property((made) => {
      const event = pagerdutyEvent(made, 'key') as unknown as {
        readonly dedup_key: string;
        readonly payload?: { readonly summary: string };
      };
      expect(event.dedup_key).toBe('01KDPLAN');
      expect(event.payload?.summary.length ?? 0).toBeLessThanOrEqual(1024);
    });
  });
});

describe('plain text', () => {
  it('is short, whole and of one line', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 200 }), (text, length) => {
        const line = toLine(text, length);
        expect(line.length).toBeLessThanOrEqual(length);
        expect(line).not.toMatch(/[\r\n]/);
        expect(line).not.toMatch(/\p{Cs}/u);
        expect(toProse(text, length).length).toBeLessThanOrEqual(length);
      })
    );
  });

  it('leaves ordinary text alone', () => {
    const text = 'Größe 5 %, 日本語, 😀 payment-7f9c: a_b <c> & "d"';
    expect(toLine(text, 200)).toBe(text);
    expect(toProse(`${text}\n\n- one\r\n- two`, 200)).toBe(`${text}\n\n- one\n- two`);
  });
});
