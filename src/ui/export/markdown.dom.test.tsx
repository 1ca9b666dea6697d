import { renderMarkdown } from '@grafana/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceSeries } from '../testing/full-report.ts';
import { NOW_MS, report } from '../testing/records.ts';
import { describeChart, toMermaid, toSparkline } from './chart.ts';
import { escapeMarkdown, toInlineCode, toMarkdown } from './markdown.ts';
import { toPlainLine, toSafeUrl } from './plain.ts';
import { toPostMortem } from './post-mortem.ts';
import { exportInput, hostileInput, hostileText } from './testing/hostile.ts';

const JOINER = /\u2060/g;

/** What a reader of Markdown makes of it, before anything is sanitised. */
function read(markdown: string): HTMLElement {
  const root = document.createElement('div');
  root.innerHTML = renderMarkdown(markdown, { noSanitize: true });
  return root;
}

const tagsOf = (root: HTMLElement) => [...root.querySelectorAll('*')].map(({ tagName }) => tagName.toLowerCase());
const wordsOf = (root: HTMLElement) => (root.textContent ?? '').replaceAll(JOINER, '').trim();

describe('hostile text in Markdown', () => {
  it.each([
    ['a line', (text: string) => `x ${text}`, ['p']],
    ['the beginning of a line', (text: string) => text, ['p']],
    ['a list', (text: string) => `- ${text}`, ['ul', 'li']],
    ['a heading', (text: string) => `## ${text}`, ['h2']],
    ['a cell', (text: string) => `| a |\n| --- |\n| x${text} |`, ['table', 'thead', 'tr', 'th', 'tbody', 'tr', 'td']],
  ])('is only text in %s', (_name, place, tags) => {
    fc.assert(
      fc.property(hostileText, (text) => {
        fc.pre(toPlainLine(text) !== '');
        const root = read(place(escapeMarkdown(text)));
        expect(tagsOf(root)).toEqual(tags);
        expect(wordsOf(root)).toContain(toPlainLine(text));
      }),
      { numRuns: 300 }
    );
  });

  it('is only text in links, in bold and in code', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        fc.pre(toPlainLine(text) !== '');
        const link = read(
          toMarkdown([{ kind: 'paragraph', line: [{ link: 'https://a.example/', text: `x${text}` }] }])
        );
        expect(tagsOf(link)).toEqual(['p', 'a']);
        expect(wordsOf(link)).toBe(toPlainLine(`x${text}`));
        expect(tagsOf(read(`x ${toInlineCode(text)} y`))).toEqual(['p', 'code']);
        const bold = toMarkdown([{ kind: 'paragraph', line: ['x ', { strong: text }] }]);
        expect(tagsOf(read(bold)).filter((tag) => tag !== 'strong')).toEqual(['p']);
      }),
      { numRuns: 300 }
    );
  });

  it.each([
    ['@octocat', /@octocat/],
    ['see #123', /#123/],
    ['https://evil.example', /https?:\/\//],
    ['WWW.evil.example', /www\./i],
    ['mailto:a@b.example', /mailto:a|@b/],
  ])('mentions nobody and links nowhere: %s', (text, pattern) => {
    expect(text).toMatch(pattern);
    expect(escapeMarkdown(text).replaceAll('\\', '')).not.toMatch(pattern);
  });

  it('changes neither the structure nor the links of the whole document', () => {
    const usual = read(toMarkdown(toPostMortem(exportInput())));
    const shape = (root: HTMLElement) =>
      ['h1', 'h2', 'h3', 'table', 'tr', 'pre'].map((tag) => root.querySelectorAll(tag).length);
    const expected = shape(usual);
    expect(expected.every((count) => count > 0)).toBe(true);
    fc.assert(
      fc.property(hostileText, (text) => {
        fc.pre(toPlainLine(text) !== '');
        const root = read(toMarkdown(toPostMortem(hostileInput(text))));
        expect(root.querySelectorAll('script, img, iframe, input, svg')).toHaveLength(0);
        for (const link of root.querySelectorAll('a')) {
          expect(link.getAttribute('href')).toMatch(/^https:\/\/grafana\.example\.org\//);
        }
        expect(shape(root).slice(0, 5)).toEqual(expected.slice(0, 5));
      }),
      { numRuns: 60 }
    );
  });
});

describe('the draft of a post-mortem', () => {
  const text = toMarkdown(toPostMortem(exportInput()));

  it.each([
    '# Post\\-mortem draft: Slow: checkout',
    '**LIKELY'.replace('LIKELY', 'Likely'),
    'Confidence'.toLowerCase(),
    '288',
    '2026-11-20',
    'a'.repeat(64),
    'e'.repeat(64),
    'Approved by **anna**',
    'alone in an emergency',
    'orders-db → payment → order → checkout',
    'No trace of the slow requests was sampled',
    '60 % of what should be known',
    '## Written by a language model',
    'https://grafana.example.org/explore?q=',
  ])('has %s', (part) => {
    expect(text.replaceAll('\\', '')).toContain(part.replaceAll('\\', ''));
  });

  it('marks what a model wrote, with its evidence', () => {
    const sentence = { text: 'The index <b>is</b> gone.', cites: [2, 3] };
    const written = { rootCause: [sentence], impact: [], remediation: [], unknown: [] };
    const draft = toMarkdown(toPostMortem(exportInput({ written })));
    expect(draft).toContain('## Written by a language model\n\n- The index &lt;b&gt;is&lt;/b&gt; gone. \\[2\\]\\[3\\]');
  });

  it('never calls the unknown known', () => {
    const bare = report({
      decision: 'insufficient-data',
      verdict: 'INCONCLUSIVE',
      hypotheses: [],
      gaps: [],
      victims: [],
    });
    const draft = toMarkdown(
      toPostMortem(exportInput({ report: bare, incident: undefined, plans: [], executions: [] }))
    );
    expect(draft).toContain('There is not enough data to name a cause.');
    expect(draft).toContain('was not measured');
    expect(draft).toContain('none was found');
    expect(draft).not.toContain('## Signals');
  });
});

describe('charts', () => {
  const whole = evidenceSeries({ values: Array.from({ length: 180 }, (_, index) => index / 100) });

  it('are drawn by Mermaid where every stretch was measured', () => {
    const chart = toMermaid(whole) ?? '';
    expect(chart.split('\n')[0]).toBe('xychart-beta');
    expect(chart).toContain('x-axis "minutes after 2026-11-20 09:15:00 UTC" 0 --> 44.75');
    expect(/line \[(.+)\]/.exec(chart)?.[1]?.split(', ')).toHaveLength(40);
    expect(chart).not.toMatch(/e[+-]\d/);
  });

  it('are characters with open gaps where something is missing, never a drawn value', () => {
    const values = whole.values.map((value, index) => (index < 20 ? null : value));
    const broken = { ...whole, values };
    expect(toMermaid(broken)).toBeUndefined();
    expect(toSparkline(broken)).toMatch(/^·{4}▁.*█$/);
    expect(describeChart(broken)).toContain('20 of 180 samples are missing');
    const none = { ...whole, values: values.map(() => null) };
    expect(toMermaid(none)).toBeUndefined();
    expect(toSparkline(none)).toBe('·'.repeat(40));
    expect(describeChart(none)).toContain('nothing was measured');
  });

  it('end neither their text nor their block', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 2 }),
        (word, values) => {
          const timesMs = values.map((_, index) => NOW_MS + index * 1000);
          const chart = toMermaid({ ...whole, metric: word, service: word, timesMs, values }) ?? '';
          expect(chart.split('\n')).toHaveLength(5);
          expect(chart.replaceAll(' --> ', ' ')).not.toMatch(/[`;<>{}%]|--/);
          expect(chart.match(/"/g)).toHaveLength(6);
        }
      )
    );
  });
});

describe('addresses', () => {
  it.each([
    ['/explore?a=(1)|2', 'https://g.example/explore?a=%281%29%7C2'],
    ['https://other.example/x y', 'https://other.example/x%20y'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['//evil.example', 'https://evil.example/'],
    ['https://[', undefined],
  ])('%s', (address, safe) => {
    expect(toSafeUrl(address, 'https://g.example')).toBe(safe);
  });
});
