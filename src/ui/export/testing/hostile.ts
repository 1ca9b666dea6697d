import fc from 'fast-check';
import type { ExecutionRecord, IncidentRecord, PlanRecord } from '#contracts';
import type { RcaReport } from '#model';
import { evidenceSeries } from '../../testing/full-report.ts';
import { execution, incident, NOW_MS, plan, report } from '../../testing/records.ts';
import type { ExportInput } from '../export-input.ts';

/** What people have tried to inject into chats and documents. */
const ATTACKS = [
  '<!channel>',
  '<@U012AB3CD>',
  '<https://evil.example|click>',
  '@here',
  '@octocat',
  '#123',
  'https://evil.example/x',
  'www.evil.example',
  'mail@evil.example',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '[click]: https://evil.example',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!-- ',
  '--> ',
  '```',
  '~~~',
  '`',
  '``',
  '**bold**',
  '__x__',
  '*x*',
  '_x_',
  '~~x~~',
  '~x~',
  '# Heading',
  '- item',
  '+ item',
  '1. item',
  '> quote',
  '| a | b |',
  '|---|',
  '---',
  '===',
  ':::',
  ':fire:',
  '$x$',
  '&lt;',
  '&#64;here',
  '\\',
  '\n',
  '\r\n',
  '\n\n# Heading',
  '\t',
  '    code',
  '\u202e',
  '\u2028',
  '\u0000',
  '"',
  "'",
  '"]\nclick A "javascript:alert(1)"',
  '%%{init: {}}%%',
  'javascript:alert(1)',
  ']]>',
  '\ud800',
] as const;

/** Attacks next to each other and to ordinary text. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ maxLength: 8, unit: 'grapheme' }), fc.constant(' ')), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

/** Texts that come from telemetry, alerts and people; everything else in the records is an id, a kind or a number. */
const FREE = new Set([
  'service',
  'statement',
  'query',
  'reason',
  'summary',
  'narrative',
  'verdictReasons',
  'victims',
  'rationale',
  'source',
  'metric',
  'name',
  'from',
  'to',
  'message',
  'comment',
  'approver',
  'requester',
  'openedBy',
  'assignee',
  'dryRun',
  'explanation',
  'counterfactual',
  'table',
  'column',
]);
/** Kinds of a closed list that happen to have the name of a free text. */
const CLOSED = new Set(['metric', 'log', 'trace', 'change', 'topology', 'kubernetes', 'impact', 'alert']);

/** The same records with other words. */
export function withWords<T>(value: T, word: string, key = ''): T {
  if (typeof value === 'string') {
    return (FREE.has(key) && !(key === 'source' && CLOSED.has(value)) ? word : value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withWords<unknown>(item, word, key)) as T;
  }
  return typeof value === 'object' && value !== null
    ? (Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withWords(item, word, name)])) as T)
    : value;
}

const DECIDED: PlanRecord = plan({
  approval: {
    status: 'approved',
    expiresMs: NOW_MS,
    decidedMs: NOW_MS - 200_000,
    approvers: [],
    decisions: [{ approver: 'anna', decision: 'approve', comment: 'go on', atMs: NOW_MS - 200_000, breakGlass: true }],
  },
});

/** An incident with everything that an export knows of. */
export function exportInput(change: Partial<ExportInput> = {}): ExportInput {
  const full: RcaReport = report({
    series: [evidenceSeries(), evidenceSeries({ values: evidenceSeries().values.map((value) => value ?? 0.05) })],
    impact: [{ name: 'orders', value: 12, usual: 60, unit: 'orders/min', lost: 288, evidence: 1 }],
    coverage: [{ service: 'payment', score: 0.6, reasons: ['no traces'] }],
    narrator: 'llm',
    narrative: 'The index is gone.',
  });
  const opened: IncidentRecord = incident({ report: full, origin: 'person', openedBy: 'berta', assignee: 'anna' });
  const done: ExecutionRecord = execution();
  return {
    report: full,
    incident: opened,
    run: undefined,
    plans: [DECIDED],
    executions: [done],
    linkFor: (evidence) =>
      evidence.query ? `/explore?${new URLSearchParams({ q: evidence.query }).toString()}` : undefined,
    pageUrl: '/a/causeway-aiops-app/rca?incident=01INCIDENT',
    baseUrl: 'https://grafana.example.org',
    exportedMs: NOW_MS,
    ...change,
  };
}

/** The same with every free text replaced. */
export function hostileInput(word: string): ExportInput {
  const { report: found, incident: opened, plans, executions, ...rest } = exportInput();
  return {
    ...rest,
    report: withWords(found, word),
    incident: opened && { ...withWords(opened, word), report: withWords(found, word) },
    plans: withWords(plans, word),
    executions: withWords(executions, word),
  };
}
