import { MAX_RUN_EVENT_CHARACTERS, type RunEventBody, type RunLink } from '#contracts';
import type { Evidence, EvidenceDetail, Hypothesis, RcaReport, TimeWindow } from '#model';

const MAX_SCORES = 50;
/** Room for the number and the times of the event. */
const ENVELOPE_BYTES = 200;
const TRACE_ID = /\b[0-9a-f]{16}(?:[0-9a-f]{16})?\b/i;

/** What a report says, as events in the order in which they are read: facts, ranking, causes, the others, verdict, report. */
export function toReportEvents(report: RcaReport): readonly RunEventBody[] {
  return [
    ...report.evidence.map((item) => toEvidence(item, report)),
    toRanking(report),
    ...report.hypotheses.slice(0, MAX_SCORES).map(toHypothesis),
    ...report.ruledOut.map(({ service, reason, explainedBy, share }): RunEventBody => ({
      type: 'rejected',
      service,
      reason: cut(reason, 1000),
      explainedBy: explainedBy ?? null,
      share: finite(share),
    })),
    toVerdict(report),
    ...toReport(report),
  ];
}

/** The verdict of a report with its reasons, and what is missing. */
export function toVerdict({ verdict, decision, verdictReasons, gaps }: RcaReport): RunEventBody {
  return {
    type: 'verdict',
    verdict,
    decision,
    reasons: verdictReasons.slice(0, 30).map((reason) => cut(reason, 1000)),
    missing: gaps.slice(0, 60).map(({ source, reason }) => ({ source: cut(source, 200), reason: cut(reason, 2000) })),
  };
}

/** The report, without the series that it has no room for, the last first. In bytes: what carries it is limited in bytes. */
export function toReport(report: RcaReport): readonly RunEventBody[] {
  const fits = (candidate: RcaReport): boolean =>
    Buffer.byteLength(JSON.stringify(candidate)) + ENVELOPE_BYTES <= MAX_RUN_EVENT_CHARACTERS;
  if (fits(report)) {
    return [{ type: 'report', report }];
  }
  const { series = [] } = report;
  for (let kept = series.length - 1; kept >= 0; kept -= 1) {
    const smaller = { ...report, series: series.slice(0, kept) };
    if (fits(smaller)) {
      const text = `${series.length - kept} of ${series.length} series are too large to be kept with the report.`;
      return [
        { type: 'note', level: 'warning', text },
        { type: 'report', report: smaller },
      ];
    }
  }
  return [{ type: 'note', level: 'warning', text: 'The report is too large to be kept; its parts are above.' }];
}

function toEvidence(item: Evidence, report: RcaReport): RunEventBody {
  const window = item.window ? whole(item.window) : null;
  return {
    type: 'evidence',
    id: `e${item.number}`,
    source: item.source,
    service: item.service,
    statement: cut(item.statement, 4000),
    query: item.query === undefined ? null : cut(item.query, 4000),
    window,
    value: finite(item.observed),
    baseline: finite(item.baseline),
    unit: item.unit ?? null,
    detail: toDetail(item.detail),
    link: toLink(item, whole(item.window ?? { fromMs: report.baseline.fromMs, toMs: report.window.toMs })),
  };
}

/** Where a fact can be looked at: the query of a metric or log, or the trace that the fact names. */
function toLink({ source, query, language, statement }: Evidence, window: TimeWindow): RunLink | null {
  if (window.toMs <= window.fromMs) {
    return null;
  }
  const traceId = source === 'trace' ? TRACE_ID.exec(`${query ?? ''} ${statement}`)?.[0] : undefined;
  if (traceId !== undefined) {
    return { kind: 'trace', traceId, window };
  }
  const upstream = language === undefined ? SOURCE_OF[source] : UPSTREAM_OF[language];
  return query === undefined || query.length > 4000 ? null : { kind: 'explore', source: upstream, query, window };
}

const UPSTREAM_OF = { promql: 'prometheus', logql: 'loki', traceql: 'tempo' } as const;
const SOURCE_OF = {
  metric: 'prometheus',
  topology: 'prometheus',
  impact: 'prometheus',
  alert: 'prometheus',
  kubernetes: 'prometheus',
  log: 'loki',
  change: 'loki',
  trace: 'tempo',
} as const;

/** As much of the details as a run has room for. */
function toDetail(detail: EvidenceDetail | undefined): Extract<RunEventBody, { type: 'evidence' }>['detail'] {
  switch (detail?.kind) {
    case undefined:
      return null;
    case 'log-samples':
      return {
        ...detail,
        template: cut(detail.template, 2000),
        lines: detail.lines.slice(0, 20).map((line) => ({ atMs: Math.round(line.atMs), text: cut(line.text, 2000) })),
      };
    case 'trace-path':
      return {
        ...detail,
        path: detail.path.slice(0, 60).map((part) => ({ ...part, operation: cut(part.operation, 400) })),
      };
    case 'workload-state':
      return {
        kind: detail.kind,
        pods: detail.pods.slice(0, 50).map((pod) => ({ ...pod, reason: cut(pod.reason, 400) })),
        events: detail.events.slice(0, 10).map(({ atMs, reason, message }) => ({
          atMs: Math.round(atMs),
          reason: cut(reason, 200),
          message: cut(message, 1000),
        })),
      };
  }
}

function toRanking(report: RcaReport): RunEventBody {
  return {
    type: 'ranking',
    decision: report.decision,
    rankedWith: report.rankedWith ?? null,
    scores: report.hypotheses.slice(0, MAX_SCORES).map((hypothesis) => ({
      service: hypothesis.service,
      rank: hypothesis.rank,
      score: finite(hypothesis.score) ?? 0,
      confidence: hypothesis.confidence,
      cause: hypothesis.cause,
      linearRank: hypothesis.opinions?.linearRank ?? null,
      trainedRank: hypothesis.opinions?.trainedRank ?? null,
      contributions: hypothesis.contributions.slice(0, 40).map(({ feature, value, weight }) => ({
        feature: cut(feature, 200),
        value: finite(value) ?? 0,
        weight: finite(weight) ?? 0,
      })),
    })),
  };
}

function toHypothesis({ service, rank, cause, confidence, path, evidence }: Hypothesis): RunEventBody {
  const hops = path.flatMap(({ from, to }, index) => (index === 0 ? [from, to] : [to]));
  return {
    type: 'hypothesis',
    service,
    rank,
    cause,
    confidence,
    path: hops.slice(0, 40),
    evidence: evidence.slice(0, 200).map((number) => `e${number}`),
    by: 'engine',
  };
}

function whole({ fromMs, toMs }: TimeWindow): TimeWindow {
  return { fromMs: Math.max(0, Math.floor(fromMs)), toMs: Math.max(0, Math.ceil(toMs)) };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** At most so many characters, without half a surrogate pair at the end. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
