import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import { BackendError } from '../errors.ts';
import type { BandSignal } from '../forecast/forecast-service.ts';
import type { Frame, Notice } from '../frames/frame.ts';
import { answerAnomalyScore } from './anomaly-score.ts';
import { toNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, SERIES_META, seriesFrame, signalConfig, toNumbers } from './series-frames.ts';

const MAX_NOTICES = 6;

/**
 * `band`: value, lower and upper of each signal of a kind, one frame each, and for the documented bands the flag of their
 * rule. Null where unknown, with a notice that gives the reason.
 */
export async function answerBand(
  datasource: Datasource,
  prepared: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { query, signal: kind, fromMs } = prepared;
  if (kind === undefined) {
    throw new BackendError('CAUSEWAY_QUERY_INVALID', 'The field signal of the query is empty; a band needs one.');
  }
  const { band = 'expected', refId } = query;
  if (band === 'expected') {
    const frames = await answerAnomalyScore(datasource, prepared, signal);
    const notices = frames.flatMap(({ meta }) => meta?.notices ?? []);
    const bands = frames.filter(({ fields }) =>
      fields.some(({ name }) => name !== FRAME_FIELDS.time && name !== FRAME_FIELDS.score)
    );
    return framesOrEmpty(refId, SERIES_META, bands, notices);
  }
  const toMs = Math.min(prepared.toMs, datasource.clock.now());
  const range = { fromMs: Math.min(fromMs, toMs), toMs };
  const { items, gaps } = await datasource.forecasts.band(
    { kind, service: query.service || undefined, band, ...range },
    signal
  );
  const reasons = items
    .filter((item) => item.band.reason !== '')
    .map((item): Notice => ({ severity: 'info', text: `${item.signal.id}: ${item.band.reason}` }));
  const frames = items.flatMap((item) => bandFrames(refId, item));
  return framesOrEmpty(refId, SERIES_META, frames, [...toNotices(gaps), ...reasons].slice(0, MAX_NOTICES));
}

function bandFrames(refId: string, { signal, band }: BandSignal): readonly Frame[] {
  const labels = { service: signal.service, signal: signal.id };
  const meta = { ...SERIES_META, executedQueryString: signal.query };
  const columns = [
    [FRAME_FIELDS.value, signal.id, band.values],
    [FRAME_FIELDS.lower, `${signal.id} lower`, band.lower],
    [FRAME_FIELDS.upper, `${signal.id} upper`, band.upper],
  ] as const;
  const flag = toNumbers(FRAME_FIELDS.flag, band.flags, labels, {
    displayNameFromDS: `${signal.id} flag`,
    min: 0,
    max: 1,
  });
  return [
    ...columns.map(([name, shown, values]) =>
      seriesFrame(refId, meta, band.timesMs, toNumbers(name, values, labels, signalConfig(shown, signal.unit)))
    ),
    seriesFrame(refId, meta, band.timesMs, flag),
  ];
}
