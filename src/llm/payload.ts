import type { ActionKind, RcaReport } from '#model';
import { redact } from './redact.ts';

/** Limits of what is sent, so that one call stays near 4,000 tokens. */
const LIMITS = { hypotheses: 5, evidence: 40, changes: 10, ruledOut: 8, victims: 30, proposals: 8, gaps: 8, text: 300 };
const MAX_PAYLOAD_LENGTH = 24_000;
/** Texts are cut to this before they are redacted: some patterns cost more than linear time on hostile text. */
const MAX_REDACTED_LENGTH = 2000;

/** A proposal as the model and the checks see it. */
interface PayloadProposal {
  readonly action: ActionKind;
  readonly target: string;
  readonly peer?: string;
  readonly rationale: string;
}

/** A fact as the model and the checks see it. */
interface PayloadEvidence {
  readonly number: number;
  readonly source: string;
  readonly service: string;
  readonly statement: string;
  readonly at?: string;
  readonly observed?: number;
  readonly baseline?: number;
  readonly unit?: string;
}

/** What is sent to the model: the report in short, without secrets, with every text cut and redacted. */
export interface NarrationPayload {
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
  readonly gaps: readonly string[];
}

/** Shortens a report for the model. Evidence is left out from the end until the whole fits. */
export function toPayload(report: RcaReport): NarrationPayload {
  let payload = build(report, LIMITS.evidence);
  for (
    let keep = payload.evidence.length - 1;
    keep > 0 && JSON.stringify(payload).length > MAX_PAYLOAD_LENGTH;
    keep -= 1
  ) {
    payload = { ...payload, evidence: payload.evidence.slice(0, keep) };
  }
  return payload;
}

function build(report: RcaReport, evidenceLimit: number): NarrationPayload {
  return {
    target: { service: text(report.target.service), symptom: report.target.symptom },
    onset: time(report.onsetMs),
    window: { from: time(report.window.fromMs), to: time(report.window.toMs) },
    decision: report.decision,
    verdict: report.verdict,
    verdictReasons: report.verdictReasons.slice(0, LIMITS.gaps).map(text),
    counts: {
      victims: report.victims.length,
      concurrentCauses: report.concurrent,
      hypotheses: report.hypotheses.length,
      changes: report.changes.length,
      proposals: report.proposals.length,
    },
    hypotheses: report.hypotheses.slice(0, LIMITS.hypotheses).map(toHypothesis),
    ruledOut: report.ruledOut.slice(0, LIMITS.ruledOut).map((item) => ({
      service: text(item.service),
      reason: text(item.reason),
      ...(item.explainedBy === undefined ? {} : { explainedBy: text(item.explainedBy) }),
    })),
    victims: report.victims.slice(0, LIMITS.victims).map(text),
    changes: report.changes.slice(0, LIMITS.changes).map((change) => ({
      at: time(change.atMs),
      service: text(change.service),
      summary: text(change.summary),
    })),
    evidence: report.evidence.slice(0, evidenceLimit).map(toEvidence),
    proposals: report.proposals.slice(0, LIMITS.proposals).map(({ action, target, rationale }) => ({
      action,
      target: text(target.name),
      ...(target.peer === undefined ? {} : { peer: text(target.peer) }),
      rationale: text(rationale),
    })),
    gaps: report.gaps.slice(0, LIMITS.gaps).map((gap) => text(`${gap.source}: ${gap.reason}`)),
  };
}

/** Every name of a service in the payload, longest first. */
export function serviceNames(payload: NarrationPayload): readonly string[] {
  const names = [
    payload.target.service,
    ...payload.victims,
    ...payload.hypotheses.flatMap(({ service, path }) => [service, ...path]),
    ...payload.ruledOut.flatMap(({ service, explainedBy }) => [service, explainedBy ?? '']),
    ...payload.changes.map(({ service }) => service),
    ...payload.evidence.map(({ service }) => service),
    ...payload.proposals.flatMap(({ target, peer }) => [target, peer ?? '']),
  ];
  return [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
}

function toHypothesis(hypothesis: RcaReport['hypotheses'][number]): NarrationPayload['hypotheses'][number] {
  return {
    service: text(hypothesis.service),
    rank: hypothesis.rank,
    cause: hypothesis.cause,
    confidencePercent: Math.round(hypothesis.confidence * 100),
    signals: hypothesis.signals.slice(0, 5),
    ...(hypothesis.onsetMs === undefined ? {} : { onset: time(hypothesis.onsetMs) }),
    path: hypothesis.path
      .slice(0, 10)
      .flatMap((hop, at) => (at === 0 ? [hop.from, hop.to] : [hop.to]))
      .map(text),
    evidence: hypothesis.evidence.slice(0, 12),
  };
}

function toEvidence(evidence: RcaReport['evidence'][number]): PayloadEvidence {
  const { number, source, service, statement, atMs, observed, baseline, unit } = evidence;
  return {
    number,
    source,
    service: text(service),
    statement: text(statement),
    ...(atMs === undefined ? {} : { at: time(atMs) }),
    ...(observed === undefined ? {} : { observed: rounded(observed) }),
    ...(baseline === undefined ? {} : { baseline: rounded(baseline) }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function text(value: string): string {
  const redacted = redact(
    value
      .slice(0, MAX_REDACTED_LENGTH)
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
  );
  return redacted.length > LIMITS.text ? `${redacted.slice(0, LIMITS.text)}…` : redacted;
}

function time(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().slice(0, 19).concat('Z');
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : value;
}
