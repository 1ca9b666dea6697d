import type { ActionKind, Evidence, RcaReport } from '#model';
import { estimateTokens } from './budget/tokens.ts';
import { toDetailLines } from './payload-details.ts';
import type { Outgoing } from './privacy/outgoing.ts';
import { toDataMessage } from './prompt.ts';

/** Limits of what is sent, so that a report stays readable. */
const LIMITS = {
  hypotheses: 5,
  evidence: 40,
  changes: 10,
  ruledOut: 8,
  victims: 30,
  proposals: 8,
  gaps: 8,
  text: 300,
  details: { lines: 5, text: 160 },
};
const SHORTENED = {
  ...LIMITS,
  ruledOut: 4,
  victims: 10,
  changes: 5,
  gaps: 4,
  text: 160,
  details: { lines: 3, text: 120 },
};

/** A runbook that may be named, with the action and target that code resolved for it. */
export interface OfferedRunbook {
  readonly id: string;
  readonly title: string;
  readonly action: ActionKind;
  readonly target: string;
  readonly peer?: string;
}

/** A proposal as the model and the checks see it. */
interface PayloadProposal {
  readonly action: ActionKind;
  readonly target: string;
  readonly peer?: string;
  readonly rationale: string;
}

/** A fact as the model and the checks see it. */
export interface PayloadEvidence {
  readonly number: number;
  readonly source: string;
  readonly service: string;
  readonly statement: string;
  readonly at?: string;
  readonly observed?: number;
  readonly baseline?: number;
  readonly unit?: string;
  /** What it shows beyond its statement, in a few lines. */
  readonly details?: readonly string[];
}

/** What is sent to the model: the report in short, with every text cut, and pseudonyms for what is private. */
export interface ReportPayload {
  readonly target: { readonly service: string; readonly symptom: string };
  readonly onset: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly decision: string;
  readonly verdict: string;
  readonly verdictReasons: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly hypotheses: readonly {
    readonly service: string;
    readonly rank: number;
    readonly cause: string;
    readonly confidencePercent: number;
    readonly signals: readonly string[];
    readonly onset?: string;
    /** Names from the cause to the symptom. */
    readonly path: readonly string[];
    readonly evidence: readonly number[];
  }[];
  readonly ruledOut: readonly { readonly service: string; readonly reason: string; readonly explainedBy?: string }[];
  readonly victims: readonly string[];
  readonly changes: readonly { readonly at: string; readonly service: string; readonly summary: string }[];
  readonly evidence: readonly PayloadEvidence[];
  readonly proposals: readonly PayloadProposal[];
  readonly runbooks: readonly OfferedRunbook[];
  readonly gaps: readonly string[];
}

/** What a payload is made of beside the report. */
export interface PayloadOptions {
  readonly outgoing: Outgoing;
  readonly runbooks?: readonly OfferedRunbook[];
  readonly maxTokens: number;
}

/**
 * Shortens a report for the model: first its lists and texts, then details and after them evidence is left out until the whole
 * fits, those of the leading hypotheses last.
 */
export function toPayload(report: RcaReport, options: PayloadOptions): ReportPayload {
  const isTooLong = (given: ReportPayload): boolean => estimateTokens(toDataMessage(given)) > options.maxTokens;
  const whole = new PayloadBuilder(report, options, LIMITS).build();
  let payload = isTooLong(whole) ? new PayloadBuilder(report, options, SHORTENED).build() : whole;
  const byWeight = weighedEvidence(report);
  const detailed = byWeight.filter((number) => payload.evidence.some((fact) => fact.number === number && fact.details));
  for (let keep = detailed.length - 1; keep >= 0 && isTooLong(payload); keep -= 1) {
    payload = withDetails(payload, new Set(detailed.slice(0, keep)));
  }
  for (let keep = payload.evidence.length - 1; keep > 0 && isTooLong(payload); keep -= 1) {
    payload = withEvidence(payload, new Set(byWeight.slice(0, keep)));
  }
  return payload;
}

/** Numbers of the evidence: first the symptom, then what the hypotheses rest on, by rank, then the rest as it stands. */
function weighedEvidence(report: RcaReport): readonly number[] {
  const all = report.evidence.map(({ number }) => number);
  const known = new Set(all);
  const cited = report.hypotheses.flatMap(({ evidence }) => evidence).filter((number) => known.has(number));
  return [...new Set([...all.slice(0, 1), ...cited, ...all])];
}

function withDetails(payload: ReportPayload, kept: ReadonlySet<number>): ReportPayload {
  const evidence = payload.evidence.map(({ details, ...fact }) =>
    details && kept.has(fact.number) ? { ...fact, details } : fact
  );
  return { ...payload, evidence };
}

function withEvidence(payload: ReportPayload, kept: ReadonlySet<number>): ReportPayload {
  return {
    ...payload,
    evidence: payload.evidence.filter(({ number }) => kept.has(number)),
    hypotheses: payload.hypotheses.map((hypothesis) => ({
      ...hypothesis,
      evidence: hypothesis.evidence.filter((number) => kept.has(number)),
    })),
  };
}

class PayloadBuilder {
  private readonly report: RcaReport;
  private readonly options: PayloadOptions;
  private readonly limits: typeof LIMITS;

  constructor(report: RcaReport, options: PayloadOptions, limits: typeof LIMITS) {
    this.report = report;
    this.options = options;
    this.limits = limits;
  }

  build(): ReportPayload {
    const { report, limits } = this;
    return {
      target: { service: this.name(report.target.service), symptom: report.target.symptom },
      onset: toIsoTime(report.onsetMs),
      window: { from: toIsoTime(report.window.fromMs), to: toIsoTime(report.window.toMs) },
      decision: report.decision,
      verdict: report.verdict,
      verdictReasons: report.verdictReasons.slice(0, limits.gaps).map((reason) => this.text(reason, 'verdict')),
      counts: {
        victims: report.victims.length,
        concurrentCauses: report.concurrent,
        hypotheses: report.hypotheses.length,
        changes: report.changes.length,
        proposals: report.proposals.length,
      },
      hypotheses: report.hypotheses.slice(0, limits.hypotheses).map((hypothesis) => this.hypothesis(hypothesis)),
      ruledOut: report.ruledOut.slice(0, limits.ruledOut).map((item) => ({
        service: this.name(item.service),
        reason: this.text(item.reason, `ruled out ${item.service}`),
        ...(item.explainedBy === undefined ? {} : { explainedBy: this.name(item.explainedBy) }),
      })),
      victims: report.victims.slice(0, limits.victims).map((name) => this.name(name)),
      changes: report.changes.slice(0, limits.changes).map((change) => ({
        at: toIsoTime(change.atMs),
        service: this.name(change.service),
        summary: this.text(change.summary, `change of ${change.service}`),
      })),
      evidence: this.heaviestEvidence().map((evidence) => this.evidence(evidence)),
      ...this.ways(),
      gaps: report.gaps.slice(0, limits.gaps).map((gap) => this.text(`${gap.source}: ${gap.reason}`, 'gap')),
    };
  }

  private heaviestEvidence(): RcaReport['evidence'] {
    const kept = new Set(weighedEvidence(this.report).slice(0, this.limits.evidence));
    return this.report.evidence.filter(({ number }) => kept.has(number));
  }

  private ways(): Pick<ReportPayload, 'proposals' | 'runbooks'> {
    return {
      proposals: this.report.proposals.slice(0, this.limits.proposals).map(({ action, target, rationale }) => ({
        action,
        target: this.name(target.name),
        ...(target.peer === undefined ? {} : { peer: this.name(target.peer) }),
        rationale: this.text(rationale, `proposal for ${target.name}`),
      })),
      runbooks: (this.options.runbooks ?? []).slice(0, this.limits.proposals).map((runbook) => ({
        id: runbook.id,
        title: this.text(runbook.title, `runbook ${runbook.id}`),
        action: runbook.action,
        target: this.name(runbook.target),
        ...(runbook.peer === undefined ? {} : { peer: this.name(runbook.peer) }),
      })),
    };
  }

  private hypothesis(hypothesis: RcaReport['hypotheses'][number]): ReportPayload['hypotheses'][number] {
    return {
      service: this.name(hypothesis.service),
      rank: hypothesis.rank,
      cause: hypothesis.cause,
      confidencePercent: Math.round(hypothesis.confidence * 100),
      signals: hypothesis.signals.slice(0, 5),
      ...(hypothesis.onsetMs === undefined ? {} : { onset: toIsoTime(hypothesis.onsetMs) }),
      path: hypothesis.path
        .slice(0, 10)
        .flatMap((hop, at) => (at === 0 ? [hop.from, hop.to] : [hop.to]))
        .map((name) => this.name(name)),
      evidence: hypothesis.evidence.slice(0, 12),
    };
  }

  private evidence(evidence: RcaReport['evidence'][number]): PayloadEvidence {
    const { outgoing } = this.options;
    const { number, detail } = evidence;
    const fact = toPayloadEvidence(evidence, outgoing, this.limits.text);
    const details = detail ? toDetailLines(detail, outgoing, `details of evidence ${number}`, this.limits.details) : [];
    return details.length === 0 ? fact : { ...fact, details };
  }

  private name(value: string): string {
    return this.options.outgoing.text(value, 'name of a service', 120);
  }

  private text(value: string, place: string): string {
    return this.options.outgoing.text(value, place, this.limits.text);
  }
}

/** A fact of the report or of a tool, as it may be sent. */
export function toPayloadEvidence(
  fact: Pick<Evidence, 'number' | 'statement' | 'atMs' | 'observed' | 'baseline'> & {
    readonly source: string;
    readonly service: string;
    readonly unit?: string | undefined;
  },
  outgoing: Outgoing,
  maxLength: number
): PayloadEvidence {
  const { number, source, service, statement, atMs, observed, baseline, unit } = fact;
  return {
    number,
    source,
    service: outgoing.text(service, 'name of a service', 120),
    statement: outgoing.text(statement, `evidence ${number}`, maxLength),
    ...(atMs === undefined ? {} : { at: toIsoTime(atMs) }),
    ...(observed === undefined ? {} : { observed: rounded(observed) }),
    ...(baseline === undefined ? {} : { baseline: rounded(baseline) }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Every name of a service in the payload, longest first. */
export function serviceNames(payload: ReportPayload): readonly string[] {
  const names = [
    payload.target.service,
    ...payload.victims,
    ...payload.hypotheses.flatMap(({ service, path }) => [service, ...path]),
    ...payload.ruledOut.flatMap(({ service, explainedBy }) => [service, explainedBy ?? '']),
    ...payload.changes.map(({ service }) => service),
    ...payload.evidence.map(({ service }) => service),
    ...[...payload.proposals, ...payload.runbooks].flatMap(({ target, peer }) => [target, peer ?? '']),
  ];
  return [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
}

/** Seconds in UTC, or `unknown`. */
export function toIsoTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().slice(0, 19).concat('Z');
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : value;
}
