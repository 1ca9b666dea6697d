import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { ResourceOutlook } from '../forecast/forecast-service.ts';
import type { Frame, Notice } from '../frames/frame.ts';
import { toNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, NUMERIC_META, numericFrame } from './series-frames.ts';

const MAX_REASONS = 3;

/**
 * `exhaustion`: seconds until each resource that has a limit reaches it, one frame of one nullable number each, so that it
 * can be an alert condition as it is. 0 when the limit is reached; null where no end is in sight or nothing can be said,
 * with a notice that gives the reason. No resource at all is one empty typed frame.
 */
export async function answerExhaustion(
  datasource: Datasource,
  { query, signal: kind, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { items, gaps } = await datasource.forecasts.exhaustion(toMs, signal);
  const wanted = items.filter(
    (item) =>
      (!query.service || item.signal.service === query.service) && (kind === undefined || item.signal.kind === kind)
  );
  const frames = wanted.map(({ signal: { id, service }, etaSeconds }): Frame => {
    const labels = { service, signal: id };
    const config = { displayNameFromDS: id, unit: 's', min: 0 };
    return numericFrame(query.refId, { name: FRAME_FIELDS.exhaustion, values: [etaSeconds], labels, config });
  });
  return framesOrEmpty(query.refId, NUMERIC_META, frames, [...toNotices(gaps), ...reasonsOf(wanted)]);
}

/** Why resources are unknown: each reason once, with how many it concerns. */
function reasonsOf(items: readonly ResourceOutlook[]): readonly Notice[] {
  const byReason = new Map<string, readonly ResourceOutlook[]>();
  for (const item of items.filter(({ reason }) => reason !== '')) {
    byReason.set(item.reason, [...(byReason.get(item.reason) ?? []), item]);
  }
  return [...byReason].slice(0, MAX_REASONS).map(([reason, concerned]) => {
    const others = concerned.length > 1 ? ` and ${concerned.length - 1} more` : '';
    return { severity: 'info', text: `${concerned[0]?.signal.id ?? ''}${others}: ${reason}` };
  });
}
