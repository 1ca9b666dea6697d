import { type AnomalyLabel, anomalyLabelSchema } from '#contracts';
import type { HeatMapChoice } from '#ui';

export type LabelKind = AnomalyLabel['label'];

/** What each label means and what it does, for the form. */
export const LABEL_TEXTS: Readonly<Record<LabelKind, { readonly name: string; readonly effect: string }>> = {
  acknowledged: { name: 'Acknowledged', effect: 'Somebody looks after it. Changes nothing else.' },
  incident: { name: 'Incident', effect: 'It was real. Counts as known in backtests; models do not learn from it.' },
  'false-alarm': { name: 'False alarm', effect: 'Nothing was wrong. Counts against the accuracy of the models.' },
  expected: { name: 'Expected', effect: 'Strange, but meant to be, for instance a sale. Models do not learn from it.' },
  maintenance: { name: 'Maintenance', effect: 'Work was done. Models do not learn from it.' },
};

/** A label while it is being filled in. Times are values of `datetime-local` inputs, in the browser's zone. */
export interface LabelDraft {
  readonly label: LabelKind;
  readonly from: string;
  readonly to: string;
  readonly comment: string;
}

/** A draft for the stretch that was pointed at. */
export function startDraft({ fromMs, toMs }: HeatMapChoice): LabelDraft {
  return { label: 'acknowledged', from: toLocalInput(fromMs), to: toLocalInput(toMs), comment: '' };
}

/** A label to send, or what to change, by field. */
export type CheckedDraft =
  { readonly value: AnomalyLabel } | { readonly errors: Readonly<Partial<Record<'from' | 'to' | 'comment', string>>> };

/** Checks a draft against the contract of the executor. */
export function checkDraft(service: string, draft: LabelDraft): CheckedDraft {
  const fromMs = Date.parse(draft.from);
  const toMs = Date.parse(draft.to);
  const errors = {
    ...(Number.isFinite(fromMs) ? {} : { from: 'Enter a date and a time' }),
    ...(Number.isFinite(toMs) ? {} : { to: 'Enter a date and a time' }),
    ...(toMs <= fromMs ? { to: 'Enter a time after the beginning' } : {}),
    ...(draft.comment.length > 1000 ? { comment: 'At most 1000 characters' } : {}),
  };
  if (Object.keys(errors).length > 0) {
    return { errors };
  }
  const { label, comment } = draft;
  const parsed = anomalyLabelSchema.safeParse({ service, label, fromMs, toMs, comment: comment.trim() });
  return parsed.success ? { value: parsed.data } : { errors: { to: parsed.error.issues[0]?.message ?? 'Not valid' } };
}

/** A time as `datetime-local` wants it, to the minute, in the browser's zone. */
export function toLocalInput(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
