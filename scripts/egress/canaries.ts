import type { RcaReport } from '../../src/model/index.ts';
import { makeReport } from '../../src/llm/testing/reports.ts';
import { row } from '../../src/llm/testing/fake-tools.ts';

/** Secrets as they stand in telemetry; `value` must not leave. */
export const CANARIES: readonly { readonly value: string; readonly text: string }[] = [
  { value: 'canary.jane@example.com', text: 'mail to canary.jane@example.com bounced' },
  { value: '10.77.66.55', text: 'connection from 10.77.66.55:4432 refused' },
  { value: '2001:db8:cafe::77', text: 'peer 2001:db8:cafe::77 is gone' },
  { value: 'canary-node-7', text: 'kube_node{node="canary-node-7"} is not ready' },
  { value: 'db7.canary.internal', text: 'timeout of db7.canary.internal:5432' },
  { value: 'CanaryPass-99', text: 'dsn password=CanaryPass-99 refused' },
  { value: 'sk-canary0123456789', text: 'key sk-canary0123456789 expired' },
  {
    value: 'eyJjYW5hcnkiOiJ4In0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl',
    text: 'jwt eyJjYW5hcnkiOiJ4In0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl',
  },
  { value: 'canaryuser:canarypw', text: 'redis://canaryuser:canarypw@cache:6379' },
  { value: 'canary-session-1', text: 'Cookie: sid=canary-session-1; theme=dark' },
  { value: '4111 1111 1111 1111', text: 'payment with 4111 1111 1111 1111 declined' },
  { value: '+49 170 7654321', text: 'sms to +49 170 7654321 failed' },
  { value: '99887766', text: 'customer_id=99887766 not found' },
  { value: 'CANARY-4711', text: 'tenant CANARY-4711 is over its quota' },
];

/** The pattern that the last canary needs: its form is a private one. */
export const PRIVATE_PATTERNS = [String.raw`CANARY-\d+`];

/** A report with every canary in every kind of text. */
export function canaryReport(): RcaReport {
  const report = makeReport();
  const facts = CANARIES.map(({ text }, at) => ({
    number: at + 4,
    source: 'log' as const,
    service: 'payment',
    statement: text,
    detail: {
      kind: 'log-samples' as const,
      template: text,
      count: 1,
      usualCount: null,
      isNew: true,
      lines: [{ atMs: report.onsetMs, text: `${text} (${at})` }],
    },
  }));
  const all = CANARIES.map(({ text }) => text);
  return {
    ...report,
    evidence: [...report.evidence, ...facts],
    verdictReasons: all.slice(0, 5),
    gaps: all.slice(5, 10).map((reason) => ({ source: 'loki', reason })),
    changes: all.map((summary) => ({ atMs: report.onsetMs, kind: 'deploy', service: 'payment', summary })),
    ruledOut: all.slice(0, 4).map((reason) => ({ service: 'redis', reason })),
    victims: ['payment', 'checkout', 'db7.canary.internal', '10.77.66.55'],
  };
}

/** Rows of a tool with every canary. */
export const CANARY_ROWS = CANARIES.map(({ text }) => row({ source: 'log', statement: `${text} again` }));
