import type { ReportPayload } from '../payload.ts';
import { serviceNames } from '../payload.ts';
import { WITHHELD } from '../privacy/outgoing.ts';
import { isProposal } from './check-actions.ts';
import { checkClaim } from './check-claim.ts';
import { parseAnswer, quote } from './parse-answer.ts';
import {
  type Claim,
  type CutClaim,
  type OpenQuestion,
  type Rejection,
  type RemediationStep,
  type WrittenCause,
  type WrittenReport,
  writtenReportSchema,
} from './written-report.ts';

/** Most entries of each part. */
const MOST = { root_cause: 2, causes: 3, impact: 3, remediation: 5, runbooks: 3, unknown: 4 };

/** A report of which every sentence passed, and what was cut from it. */
export interface CheckedReport {
  readonly kind: 'checked';
  readonly report: WrittenReport;
  readonly cut: readonly CutClaim[];
}

/**
 * Checks the model's report against what it was given. Every sentence that does not hold is cut and counted; when nothing of
 * the root cause is left, or more was cut than is left, the whole is rejected.
 * @param payload  the report as it was sent, with the evidence that tools found since
 */
export function checkReport(answer: string, payload: ReportPayload): CheckedReport | Rejection {
  const parsed = parseAnswer(answer, writtenReportSchema);
  if ('kind' in parsed) {
    return parsed;
  }
  const check = new ReportCheck(payload);
  const report: WrittenReport = {
    rootCause: check.claims('root_cause', parsed.root_cause, MOST.root_cause),
    causes: check.causes(parsed.causes),
    impact: check.claims('impact', parsed.impact, MOST.impact),
    remediation: check.remediation(parsed.remediation),
    confidence: parsed.confidence,
    unknown: check.unknown(parsed.unknown),
  };
  const kept = [report.rootCause, report.causes, report.impact, report.remediation, report.unknown].flat().length;
  if (report.rootCause.length === 0 || check.cut.filter(({ reason }) => reason !== 'one-too-many').length > kept) {
    const detail = check.cut.map(({ part, reason }) => `${part}: ${reason}`).join(', ') || 'no root cause.';
    return { kind: 'rejected', reason: 'nothing-grounded', detail: detail.slice(0, 300) };
  }
  return { kind: 'checked', report, cut: check.cut };
}

class ReportCheck {
  readonly cut: CutClaim[] = [];
  private readonly payload: ReportPayload;

  constructor(payload: ReportPayload) {
    this.payload = payload;
  }

  claims(part: 'root_cause' | 'impact', claims: readonly Claim[], most: number): readonly Claim[] {
    return this.limited(
      part,
      most,
      claims.flatMap((claim) => this.claim(part, claim) ?? [])
    );
  }

  causes(causes: readonly WrittenCause[]): readonly WrittenCause[] {
    const names = new Set(serviceNames(this.payload).filter((name) => name !== WITHHELD));
    const numbers = new Set(this.payload.evidence.map(({ number }) => number));
    const kept = causes.filter(({ service, cites }) => {
      const isGrounded = cites.length > 0 && cites.every((cite) => numbers.has(cite));
      if (!names.has(service) || !isGrounded) {
        this.cut.push({
          part: 'causes',
          reason: isGrounded ? 'unknown-service' : 'unknown-citation',
          detail: quote(service),
        });
      }
      return names.has(service) && isGrounded;
    });
    return this.limited('causes', MOST.causes, kept);
  }

  remediation(
    steps: readonly (Claim & { readonly runbook?: string | null | undefined })[]
  ): readonly RemediationStep[] {
    const offered = new Set(this.payload.runbooks.map(({ id }) => id));
    const named = new Set<string>();
    const kept = steps.flatMap((step) => {
      const runbook = step.runbook ?? undefined;
      if (runbook !== undefined) {
        named.add(runbook);
      }
      if (runbook !== undefined && (!offered.has(runbook) || named.size > MOST.runbooks)) {
        const reason = offered.has(runbook) ? 'one-too-many' : 'unknown-runbook';
        this.cut.push({ part: 'remediation', reason, detail: quote(runbook) });
        return [];
      }
      const claim = this.claim('remediation', step);
      if (!claim) {
        return [];
      }
      const { proposals, runbooks } = this.payload;
      const ways = runbook === undefined ? [...proposals, ...runbooks] : runbooks.filter(({ id }) => id === runbook);
      if (!isProposal(claim.text, ways)) {
        this.cut.push({ part: 'remediation', reason: 'unproposed-action', detail: quote(claim.text) });
        return [];
      }
      return [{ ...claim, ...(runbook === undefined ? {} : { runbook }) }];
    });
    return this.limited('remediation', MOST.remediation, kept).map((step, at) => ({ ...step, step: at + 1 }));
  }

  unknown(questions: readonly OpenQuestion[]): readonly OpenQuestion[] {
    const kept = questions.flatMap((question) => {
      const claim = this.claim('unknown', question);
      const check = claim && this.claim('unknown', { text: question.check, cites: question.cites }, true);
      return claim && check ? [{ ...claim, check: check.text }] : [];
    });
    return this.limited('unknown', MOST.unknown, kept);
  }

  private claim(part: CutClaim['part'], claim: Claim, mayCheck = false): Claim | undefined {
    const checked = checkClaim(claim, this.payload, { mayCheck });
    if ('reason' in checked) {
      this.cut.push({ part, ...checked });
      return undefined;
    }
    return checked;
  }

  private limited<T>(part: CutClaim['part'], most: number, items: readonly T[]): readonly T[] {
    items.slice(most).forEach(() => this.cut.push({ part, reason: 'one-too-many', detail: `limit ${most}` }));
    return items.slice(0, most);
  }
}
