import type { DetectorsAnswer } from '#contracts';
import { formatMinute, formatRatio } from '#ui';

/** What a fit that a person asked for begins with, before the reason. */
const ASKED = 'rebaseline: ';

const FIT_REASONS: Readonly<Record<string, string>> = {
  schedule: 'as planned',
  trial: 'as planned',
  data_drift: 'because its data had drifted',
};

/** Why a model was fitted, in words; other text is passed through. */
export function describeFitReason(reason: string): string {
  if (reason.startsWith(ASKED)) {
    return `asked for: “${reason.slice(ASKED.length)}”`;
  }
  return Object.hasOwn(FIT_REASONS, reason) ? (FIT_REASONS[reason] ?? reason) : reason;
}

/** Whether the newest fit is the one that was asked for with a reason. */
export function isFitFor({ fitReason }: DetectorsAnswer['model'], reason: string): boolean {
  return fitReason === `${ASKED}${reason}`;
}

/** The state of the model of a service in sentences. */
export function describeModel(model: DetectorsAnswer['model']): readonly string[] {
  if (model.state !== 'ready') {
    return [`No model of the service: ${model.state}.`, 'Its score is the largest of its signals.'];
  }
  const when = model.fittedMs === null ? 'at an unknown time' : formatMinute(model.fittedMs);
  const reason = model.fitReason === '' ? '' : `, ${describeFitReason(model.fitReason)}`;
  return [
    `A model over ${model.features.length} signals, trained ${when} on ${model.rows} rows${reason} (version ${model.version}).`,
    model.contamination === 0
      ? 'The whole history is trusted.'
      : `The strangest ${formatRatio(model.contamination)} of the history are left out.`,
    ...(model.shadow ? ['A newer model runs beside it for a day before it takes over.'] : []),
  ];
}
