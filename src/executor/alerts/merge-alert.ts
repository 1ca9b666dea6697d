import type { AlertRecord } from '#contracts';
import type { DeliveredAlert } from './read-webhook.ts';

/** What changes of an alert while it is the same one. */
export type AlertState = Pick<AlertRecord, 'status' | 'endsAtMs' | 'summary'>;

/**
 * What is known of an alert after one more delivery about the same fingerprint and start. Deliveries carry no time of their own
 * and come late, twice and out of order; so the state only moves forward: an end is final, the later of two ends counts, and
 * whatever the order, the same deliveries end in the same status and end. Of deliveries that say the same, the last one words it.
 */
export function mergeAlert(known: AlertState, delivered: Pick<DeliveredAlert, keyof AlertState>): AlertState {
  const progress = compare(delivered, known);
  const { status, endsAtMs, summary } = progress < 0 ? known : delivered;
  return { status, endsAtMs, summary };
}

function compare(left: AlertState, right: AlertState): number {
  const rank = ({ status }: AlertState): number => (status === 'resolved' ? 1 : 0);
  return rank(left) - rank(right) || (left.endsAtMs ?? 0) - (right.endsAtMs ?? 0);
}
