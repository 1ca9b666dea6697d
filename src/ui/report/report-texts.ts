import type { EvidenceSource, Verdict } from '#model';

/** Words of how sure a report is. */
export const SURENESS_TEXTS = {
  CONFIRMED: 'Confirmed',
  LIKELY: 'Likely',
  INCONCLUSIVE: 'Inconclusive',
} as const satisfies Record<Verdict, string>;

/** Words of the ranking of possible causes. */
export const RANKING_TEXTS = {
  confidence: 'Confidence',
  confidenceOf: (confidence: string) => `confidence ${confidence}`,
  signals: 'Signals:',
  noSignals: 'none of its own',
  firstSeen: (time: string) => `. First seen ${time}`,
  opinionsAgree: (place: string) => `linear and trained ranking: ${place}`,
  opinionsDiffer: (linear: string, trained: string) => `linear ranking ${linear}, trained ranking ${trained}`,
} as const;

/** Words of the parts of a score. */
export const TERM_TEXTS = {
  caption: (score: string) =>
    `The linear score ${score} is the sum of these terms. Right of zero speaks for it, left against it.`,
  columns: { what: 'What speaks for or against it', term: 'Term', product: 'Value × weight', evidence: 'Evidence' },
  rest: 'All other terms together',
} as const;

/** Words of the way from a cause to the symptom. */
export const PATH_TEXTS = {
  label: (service: string) => `From ${service} to the symptom`,
  hop: (share: string, measured: boolean) => `${share} explained${measured ? '' : ', assumed, not measured'}`,
} as const;

/** Words of the effects on the metric in which the incident was noticed. */
export const EFFECT_TEXTS = {
  change: {
    before: 'How much of the change of',
    metric: (metric: string, service: string) => `${metric} of ${service}`,
    after: 'each signal carries.',
  },
  supported:
    'Supported: q is at most 0.05, and neither a placebo, nor a random common cause, nor leaving parts of the data out undid it. q orders and filters candidates; it does not prove a cause.',
  caption: 'Supported effects first, the strongest before others, with 95 % intervals',
  columns: { signal: 'Signal', verdict: 'Verdict', share: 'Share of the change', slope: 'Slope', p: 'p', q: 'q' },
  without: 'What would have been without it',
  noLimit: 'no limit',
  bounds: (from: string, to: string) => `${from} to ${to}`,
  notKnown: 'not known',
} as const;

/** Words of the propagation rules that are declared in the topology file. */
export const RULE_TEXTS = {
  caption: 'Propagation rules of the topology file',
  columns: { rule: 'Rule', confidence: 'Declared confidence', outcome: 'The data say', why: 'Why' },
  signal: (signal: string, service: string) => `${signal} of ${service}`,
  rule: (cause: string, limit: string, effect: string, rises: boolean) =>
    `When ${cause} is ${limit}, ${effect} ${rises ? 'rises' : 'falls'}`,
} as const;

/** Words of the services that looked guilty and are not. */
export const RULED_OUT_TEXTS = {
  columns: { service: 'Service', reason: 'Why it is not the cause', by: 'Explained by', share: 'Share' },
} as const;

/** Words of the series: sentences, charts with their signs, and the table. */
export const SERIES_TEXTS = {
  noOnset: 'No series left its usual range clearly.',
  onsets: (onsets: string) =>
    `First strange sample: ${onsets}. Differences shorter than the distance of two samples say nothing.`,
  extent: 'Time range of the charts',
  extents: { start: 'How it began', whole: 'All of it' },
  asTable: 'The same as a table',
  signs: 'Signs in the charts',
  usualRange: 'usual range',
  onset: 'first strange sample',
  analysed: (from: string, to: string) => `analysed from ${from} to ${to}`,
  change: (time: string, kind: string, service: string) => `${time} ${kind} of ${service}`,
  readAt: 'Read the charts at',
  nothingRead: 'nothing is read',
  neverStrange: 'never clearly strange',
  strangeFrom: (time: string) => `strange from ${time}`,
  notMeasured: 'not measured',
  worst: (value: string) => `worst ${value}`,
  missing: (missing: number, points: number) => `${missing} of ${points} points missing`,
  usualNotKnown: 'usual not known',
  usual: (value: string) => `usual ${value}`,
  usualBetween: (low: string, high: string) => `usual ${low} to ${high}`,
  neverClearly: 'never clearly',
  sameTime: 'at the same time',
  later: (duration: string) => `${duration} later`,
  earlier: (duration: string) => `${duration} earlier`,
  caption: (from: string, to: string) => `Worst values between ${from} and ${to}`,
  columns: {
    signal: 'Signal',
    part: 'Part',
    onset: 'First strange sample',
    usual: 'Usual (98 % of the time)',
    worst: 'Worst',
    missing: 'Points missing',
    evidence: 'Evidence',
  },
  usualLabel: 'Usual',
  noOnsetCell: 'none',
  usualCell: (low: string, high: string, median: string) => `${low} to ${high}, median ${median}`,
  missingCell: (missing: number, points: number) => `${missing} of ${points}`,
} as const;

/** Words of what an answer lacks. */
export const UNKNOWN_TEXTS = {
  sources: 'Sources that were missing',
  services: 'What is not known of services',
  known: (score: string, reasons: string) => `, ${score} known: ${reasons}`,
  sourcesMissing: (count: number) => (count === 1 ? '1 source was missing' : `${count} sources were missing`),
  partly: (services: string) => `not everything is known of ${services}`,
  more: (count: number) => ` and ${count} more`,
} as const;

/** Words of the list of evidence. */
export const EVIDENCE_LIST_TEXTS = {
  none: 'No evidence was collected.',
  query: 'Query',
  copy: 'Copy query',
  explore: 'Run in Explore',
  trace: 'Open the trace',
  window: (from: string, to: string) => `from ${from} to ${to}`,
  sources: {
    metric: 'Metric',
    log: 'Logs',
    trace: 'Traces',
    change: 'Change',
    topology: 'Topology',
    kubernetes: 'Kubernetes',
    impact: 'Impact',
    alert: 'Alerts',
  } satisfies Record<EvidenceSource, string>,
  origin: (source: string, service: string) => `${source} of ${service}`,
  observed: (value: string) => `observed ${value}`,
  usual: (value: string) => `usual ${value}`,
} as const;
