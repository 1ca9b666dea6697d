const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Why a model is fitted anew; exported with the model. */
export type RefitReason =
  'first_fit' | 'data_drift' | 'rebaseline' | 'weekly' | 'daily' | 'accuracy_drop' | 'model_age' | 'new_labels';

/** What decides whether a model is fitted anew. */
export interface RefitInput {
  readonly atMs: number;
  /** When the model in use was fitted; undefined: none was. */
  readonly fittedAtMs: number | undefined;
  /** Local hour of the day of the daily fit, 0 to 23; on Sundays it is the full pass. */
  readonly fitHour: number;
  /** Local time minus UTC, in seconds. */
  readonly utcOffsetSeconds: number;
  readonly driftAccepted: boolean;
  readonly rebaselineAsked: boolean;
  /** Accuracy at the fit less accuracy now, where labels exist. */
  readonly accuracyDrop?: number;
  /** Labels given since the fit. */
  readonly newLabels?: number;
}

const MAX_ACCURACY_DROP = 0.05;
const MAX_AGE_MS = 30 * DAY_MS;
const ENOUGH_LABELS = 1000;

/**
 * Whether, and why, a service model is to be fitted anew now.
 *
 * At once when there is none, when drift was accepted or a person asked; otherwise once a day at the fit hour (on Sundays
 * as the full weekly pass), also when that hour was missed; and by the documented limits: accuracy down by .05, 30 days
 * old, 1,000 new labels.
 *
 * @returns the most urgent reason; undefined when the model may stay
 * Cost O(1). Source: A8.4, A8.10, detection 6.7.
 */
export function refitReason(input: RefitInput): RefitReason | undefined {
  const { atMs, fittedAtMs } = input;
  if (fittedAtMs === undefined) {
    return 'first_fit';
  }
  if (input.driftAccepted) {
    return 'data_drift';
  }
  if (input.rebaselineAsked) {
    return 'rebaseline';
  }
  return documentedReason(input, atMs - fittedAtMs) ?? scheduledReason(input, fittedAtMs);
}

function documentedReason(input: RefitInput, ageMs: number): RefitReason | undefined {
  if ((input.accuracyDrop ?? 0) >= MAX_ACCURACY_DROP) {
    return 'accuracy_drop';
  }
  if ((input.newLabels ?? 0) >= ENOUGH_LABELS) {
    return 'new_labels';
  }
  return ageMs >= MAX_AGE_MS ? 'model_age' : undefined;
}

function scheduledReason(input: RefitInput, fittedAtMs: number): RefitReason | undefined {
  const due = lastScheduledFit(input.atMs, input.fitHour, input.utcOffsetSeconds);
  if (fittedAtMs >= due) {
    return undefined;
  }
  // 1970-01-01 was a Thursday: day 3 of the era was the first Sunday.
  const localDay = Math.floor((due + 1000 * input.utcOffsetSeconds) / DAY_MS);
  return (((localDay - 3) % 7) + 7) % 7 === 0 ? 'weekly' : 'daily';
}

/**
 * The last instant at or before `atMs` at which the daily fit was due.
 *
 * @param fitHour  local hour of the day
 * @param utcOffsetSeconds  local time minus UTC
 * @returns epoch ms
 * Cost O(1).
 */
export function lastScheduledFit(atMs: number, fitHour: number, utcOffsetSeconds: number): number {
  const local = atMs + 1000 * utcOffsetSeconds;
  const today = Math.floor(local / DAY_MS) * DAY_MS + fitHour * HOUR_MS;
  return (today <= local ? today : today - DAY_MS) - 1000 * utcOffsetSeconds;
}

/** A new model beside the one in use. */
export interface ShadowInput {
  /** How long both have run on the same rows, in hours. */
  readonly hours: number;
  /** Yellow alerts of the model in use during that time. */
  readonly alertsInUse: number;
  /** Yellow alerts of the new model during that time. */
  readonly alertsNew: number;
  /** A person accepted the new model. */
  readonly accepted: boolean;
}

/** What becomes of a new model: it waits in the shadow, takes over, or is dropped. */
export type ShadowDecision = 'wait' | 'replace' | 'keep';

const SHADOW_HOURS = 24;

/**
 * Decides about a new model after a day in the shadow: it takes over unless its yellow alerts more than doubled.
 *
 * @param input  alerts of both over the same rows; one alert more is always allowed, or a quiet model could never go
 * @returns `keep` means the model in use stays until an operator accepts the new one
 * Cost O(1). Source: A8.7, detection 6.7.
 */
export function shadowDecision(input: ShadowInput): ShadowDecision {
  if (input.accepted) {
    return 'replace';
  }
  if (!(input.hours >= SHADOW_HOURS)) {
    return 'wait';
  }
  return input.alertsNew <= Math.max(2 * input.alertsInUse, 1) ? 'replace' : 'keep';
}
