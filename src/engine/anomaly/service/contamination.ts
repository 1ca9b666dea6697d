/** How far a history is trusted. */
export type HistoryProfile = 'reviewed' | 'services' | 'host';

const TRIMS: Readonly<Record<HistoryProfile, number>> = { reviewed: 0, services: 0.005, host: 0.01 };
/** The documented contamination of services; above it the host profile of home servers is meant. */
const DOCUMENTED_SERVICES = 0.01;

/**
 * The share of training scores that is dropped before tails are fitted, from the settings people make.
 *
 * The documented contamination of an isolation forest (1 % for services, 5 % for hosts) is accepted and mapped, because
 * used literally, as an alarm threshold, it means three to fourteen false alarms a day.
 *
 * @param profile  how far the history is trusted
 * @param documented  contamination as documented, 0 to 0.5; wins over the profile
 * @returns 0, 0.005 or 0.01
 * Cost O(1). Source: A3.4 (5 %), A3.5 (1 %), detection 6.5.
 */
export function trimOf(profile: HistoryProfile, documented?: number): number {
  if (documented === undefined || !(documented >= 0)) {
    return TRIMS[profile];
  }
  if (documented === 0) {
    return TRIMS.reviewed;
  }
  return documented <= DOCUMENTED_SERVICES ? TRIMS.services : TRIMS.host;
}

/**
 * The training quantile of forest scores above which the documented flag is up: 95 % for the host profile, 99 % otherwise.
 *
 * @param trim  as {@link trimOf} gives it
 * @returns 0.95 or 0.99
 * Cost O(1).
 */
export function documentedQuantile(trim: number): number {
  return trim >= TRIMS.host ? 0.95 : 0.99;
}
