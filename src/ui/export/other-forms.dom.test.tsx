import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incident, NOW_MS, report } from '../testing/records.ts';
import { toPrintHtml } from './html.ts';
import { toExportJson, toFileName } from './json.ts';
import { toPlainLine } from './plain.ts';
import { toPostMortem } from './post-mortem.ts';
import { escapeSlack, toSlack } from './slack.ts';
import { exportInput, hostileInput, hostileText } from './testing/hostile.ts';

describe('the message for Slack', () => {
  it('says what, since when, why, what it costs, what is done and where to look', () => {
    expect(toSlack(exportInput()).split('\n')).toEqual([
      '*Open: Slow: checkout*',
      'Since 2026-11-20 09:54:00 UTC, for 6 min',
      '*Likely:* orders-db: Slow database query, 91 %',
      'A slow query on orders-db most probably started it [2]; payment, order and checkout wait for it [1][3].',
      'orders: 288 orders lost',
      '• Recovered: Create an index on orders(customer_id) in orders-db',
      'https://grafana.example.org/a/causeway-aiops-app/rca?incident=01INCIDENT',
    ]);
  });

  it('claims no cause where there is none, and no state where there is no incident', () => {
    const text = toSlack(
      exportInput({
        report: report({ decision: 'no-significant-root-cause', verdict: 'INCONCLUSIVE', hypotheses: [] }),
        incident: undefined,
      })
    );
    expect(text).toContain('*Inconclusive:* No significant root cause was found');
    expect(text.split('\n')[0]).toBe('*Slow: checkout*');
  });

  it('says how long a resolved incident lasted', () => {
    const resolved = incident({ status: 'resolved', resolvedMs: NOW_MS - 60_000, resolvedBy: 'action' });
    const text = toSlack(exportInput({ incident: resolved, exportedMs: NOW_MS + 86_400_000 }));
    expect(text).toContain('*Resolved: Slow: checkout*');
    expect(text).toContain('lasted 5 min');
  });

  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<https://evil.example|click>', '&lt;https:\u2060//evil.example|click&gt;'],
    ['a & b', 'a &amp; b'],
    ['orders_db_2', 'orders_db_2'],
    ['*bold* _it_ ~no~ `code`', '∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ'],
    ['@here now', '@\u2060here now'],
  ])('shows %s as it is', (text, shown) => {
    expect(escapeSlack(text)).toBe(shown);
  });

  it('holds no command, mention, link or line of telemetry', () => {
    const usual = toSlack(exportInput()).split('\n').length;
    fc.assert(
      fc.property(hostileText, (word) => {
        fc.pre(toPlainLine(word) !== '');
        const lines = toSlack(hostileInput(word)).split('\n');
        expect(lines).toHaveLength(usual);
        const text = lines.slice(0, -1).join('\n');
        expect(text).not.toMatch(/[<>`~]|&(?!(?:amp|lt|gt);)|@[\p{L}\p{N}_]|:\/\/|www\./iu);
        expect(text.match(/\*/g)).toHaveLength(4);
      })
    );
  });
});

describe('the document for the printer', () => {
  const parse = (html: string) => new DOMParser().parseFromString(html, 'text/html');
  const countTags = (page: Document) => {
    const counts = new Map<string, number>();
    for (const { tagName } of page.querySelectorAll('*')) {
      counts.set(tagName, (counts.get(tagName) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  };

  it('has every section open, charts with gaps, and no navigation or script', () => {
    const page = parse(toPrintHtml('x', toPostMortem(exportInput())));
    expect(page.querySelectorAll('nav, script, details, button')).toHaveLength(0);
    expect([...page.querySelectorAll('h2')].map((heading) => heading.textContent)).toEqual([
      'Summary',
      'How sure',
      'Impact',
      'Timeline',
      'Causes',
      'Signals',
      'Evidence',
      'Actions',
      'Proposed, not planned',
      'What is not known',
      'Written by a language model',
      'To do',
    ]);
    expect(page.querySelectorAll('svg')).toHaveLength(2);
    expect(page.querySelector('path')?.getAttribute('d')).toMatch(/^M[\d.]+ /);
  });

  it('is built of the same elements whatever telemetry says', () => {
    const expected = countTags(parse(toPrintHtml('x', toPostMortem(exportInput()))));
    fc.assert(
      fc.property(hostileText, (word) => {
        fc.pre(toPlainLine(word) !== '');
        const page = parse(toPrintHtml(word, toPostMortem(hostileInput(word))));
        const found = countTags(page);
        // A plan with other words is no longer that of the proposal, which is why these may be more.
        for (const tag of ['SCRIPT', 'IMG', 'IFRAME', 'FORM', 'STYLE', 'TABLE', 'TR', 'H1', 'H2', 'SVG', 'svg']) {
          expect([tag, found[tag]]).toEqual([tag, expected[tag]]);
        }
        for (const element of page.querySelectorAll('*')) {
          expect(element.getAttributeNames().filter((name) => name.startsWith('on'))).toEqual([]);
        }
        for (const link of page.querySelectorAll('a')) {
          expect(link.href).toMatch(/^https:\/\/grafana\.example\.org\//);
        }
      }),
      { numRuns: 60 }
    );
  });
});

describe('the data', () => {
  it('are read back as they were, with a version', () => {
    const input = exportInput();
    const {
      schema,
      report: found,
      incident: opened,
      run,
      plans,
      page,
    } = JSON.parse(toExportJson(input)) as Record<string, unknown>;
    expect(schema).toBe('causeway.incident/1');
    expect(found).toEqual(input.report);
    expect(opened).toEqual(input.incident);
    expect(plans).toEqual(input.plans);
    expect(run).toBeNull();
    expect(page).toBe('https://grafana.example.org/a/causeway-aiops-app/rca?incident=01INCIDENT');
  });

  it.each([
    ['checkout', 'incident-checkout-2026-11-20.md'],
    ['../../etc/Pass Wd', 'incident-etc-pass-wd-2026-11-20.md'],
    ['サービス', 'incident-service-2026-11-20.md'],
  ])('of %s have a name without surprises', (service, name) => {
    const named = report({ target: { service, symptom: 'latency' } });
    expect(toFileName({ report: named, exportedMs: NOW_MS }, 'md')).toBe(name);
  });
});
