import { parser } from '@grafana/lezer-logql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { containingLinesQuery } from '#telemetry';
import { collectLogPatterns, fragmentsOf } from './log-details.ts';
import { openPart, sourceWith, subjectWith } from './testing/subject.ts';

const line = (text: string, level = 'info'): LogLine => ({ atMs: 1, labels: { level }, line: text });
const quiet = Array.from({ length: 60 }, (_, i) => line(`served ${i}`));

function parses(query: string): boolean {
  let fine = true;
  parser.parse(query).iterate({
    enter: (node) => {
      fine &&= !node.type.isError;
    },
  });
  return fine;
}

describe('log patterns', () => {
  it('that are new are told with rates, samples and a query that finds them', async () => {
    const errors = Array.from({ length: 30 }, (_, i) =>
      line(`{"msg":"pool \\"main\\" is full after ${i} ms"}`, 'error')
    );
    const lines = [
      { service: 'db', baseline: quiet, incident: [...quiet.slice(0, 10), ...errors], shares: [1, 1] as const },
    ];
    const part = openPart();
    await collectLogPatterns(sourceWith(), subjectWith({ lines }), part);
    expect(part.findings).toMatchObject([
      {
        source: 'log',
        service: 'db',
        query: '{namespace="shop", service_name=~"db", job!="change-events"} |= "pool" |= "main" |= "is full after"',
        observed: 0.05,
        baseline: 0,
        detail: { kind: 'log-samples', count: 30, usualCount: 0, isNew: true },
      },
    ]);
    expect(part.findings[0]?.statement).toMatch(/^db: the error log line "pool .*" is new: it came 30 times in 10 min/);
    expect(part.gaps).toEqual([]);
  });

  it('cannot be compared without normal times, which is said', async () => {
    const part = openPart();
    await collectLogPatterns(sourceWith(), subjectWith({ lines: undefined }), part);
    expect(part.gaps).toMatchObject([{ source: 'loki:patterns' }]);
  });

  it('have fragments that stand in every sample, and a query that parses, whatever they say', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 40 }),
      fc.constantFrom('"} or {a="b', '`', '\\', '| json', '\n{')
    );
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 1, maxLength: 4 }),
        fc.array(hostile, { maxLength: 3 }),
        (parts, tails) => {
          const template = parts.join('<*>');
          const samples = ['', ...tails].map((tail) => line(`${parts.join('x')}${tail}`));
          const fragments = fragmentsOf({ template, samples });
          expect(samples.every((sample) => fragments.every((fragment) => sample.line.includes(fragment)))).toBe(true);
          expect(fragments.length).toBeLessThanOrEqual(3);
          expect(parses(containingLinesQuery('db', fragments, 'shop'))).toBe(true);
        }
      )
    );
  });
});
