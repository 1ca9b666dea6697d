import type { ToolRow } from '#llm';
import type { LogLine } from '#model';
import { serviceOf } from './series-rows.ts';

const LINE_LENGTH = 220;
const LOOKS_BAD =
  /\b(?:error|fatal|panic|exception|fail(?:ed|ure)?|timeout|timed out|refused|denied|oom|killed|critical)\b/i;

/** Lines in short: those that differ in numbers and ids alone are one row with their count; what looks like an error first. */
export function toLogRows(lines: readonly LogLine[]): readonly ToolRow[] {
  const groups = new Map<string, { readonly first: LogLine; count: number }>();
  for (const line of lines) {
    const key = `${serviceOf(line.labels)}\n${toPattern(line.line)}`;
    const group = groups.get(key) ?? { first: line, count: 0 };
    group.count += 1;
    groups.set(key, group);
  }
  return [...groups.values()]
    .toSorted((left, right) => badness(right) - badness(left) || right.count - left.count)
    .map(({ first, count }) => ({
      source: 'log',
      service: serviceOf(first.labels),
      statement: `${count} of ${lines.length} lines like: ${first.line.slice(0, LINE_LENGTH)}`,
      atMs: first.atMs,
      observed: count,
      unit: 'count',
    }));
}

function badness({ first }: { readonly first: LogLine }): number {
  return Number(LOOKS_BAD.test(first.line.slice(0, 1000)));
}

function toPattern(line: string): string {
  return line.slice(0, 400).replace(/\b(?:0x)?[0-9a-f-]*\d[0-9a-f-]*\b/gi, '#');
}
