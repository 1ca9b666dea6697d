import { type BacktestRequest, backtestRequestSchema } from '#contracts';
import type { TimeWindow } from '#model';

/** A backtest while it is being filled in. */
export interface BacktestDraft {
  /** Empty for all services. */
  readonly service: string;
  readonly detector: string;
  readonly threshold: string;
}

/** The request to send, or what is wrong with the threshold. */
export function checkBacktest(
  { fromMs, toMs }: TimeWindow,
  draft: BacktestDraft
): { readonly value: BacktestRequest } | { readonly error: string } {
  const service = draft.service.trim();
  const parsed = backtestRequestSchema.safeParse({
    fromMs,
    toMs,
    detector: draft.detector,
    threshold: draft.threshold.trim() === '' ? Number.NaN : Number(draft.threshold),
    ...(service === '' ? {} : { service }),
  });
  return parsed.success ? { value: parsed.data } : { error: 'Enter a score from 0 to 1' };
}
