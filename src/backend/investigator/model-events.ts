import type { Claim, RunEvent, Written } from '#llm';
import type { Datasource } from '../datasource/datasource.ts';
import type { ModelEvent } from '../investigations/runs/perform-run.ts';
import { cut } from '../investigations/runs/report-events.ts';

const BODY_LENGTH = 150_000;

/** What left in the first request. */
export function toSent(
  { provider, model }: Pick<Datasource['settings']['llm'], 'provider' | 'model'>,
  { sent, hidden, withheld }: Extract<RunEvent, { type: 'sent' }>
): ModelEvent {
  return {
    type: 'sent',
    provider: cut(provider, 60),
    model: cut(model, 200),
    destination: cut(sent.destination, 500),
    body: cut(JSON.stringify(sent.body), BODY_LENGTH),
    hidden: { ...hidden },
    withheld: withheld.slice(0, 200).map((place) => cut(place, 400)),
  };
}

/** What was written and passed; texts had their pseudonyms replaced and may be longer than they were checked. */
export function toWritten({ report, contradictions, cut: refused }: Written): ModelEvent {
  const said = ({ text, cites }: Claim) => ({ text: cut(text, 2000), cites: [...cites] });
  return {
    type: 'written',
    rootCause: report.rootCause.map(said),
    impact: report.impact.map(said),
    remediation: report.remediation.map((step) => ({
      ...said(step),
      step: step.step,
      runbook: step.runbook === undefined ? null : cut(step.runbook, 100),
    })),
    unknown: report.unknown.map((question) => ({ ...said(question), check: cut(question.check, 1000) })),
    confidence: report.confidence,
    contradictions: contradictions.slice(0, 20).map(({ about, engine, model }) => ({
      about: cut(about, 200),
      engine: cut(engine, 500),
      model: cut(model, 500),
    })),
    cut: refused.slice(0, 100).map(({ part, reason, detail }) => ({ part, reason, detail: cut(detail, 500) })),
  };
}
