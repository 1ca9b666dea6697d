import { FRAME_FIELDS } from '#contracts';
import type { SignalForecast } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { BackendError } from '../errors.ts';
import type { ForecastSignal } from '../forecast/forecast-service.ts';
import type { Frame, Notice } from '../frames/frame.ts';
import { toNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, SERIES_META, seriesFrame, signalConfig, toNumbers } from './series-frames.ts';

const MAX_NOTICES = 6;

/**
 * `forecast`: value, forecast, lower and upper of each signal of a kind, one frame each. The forecast begins after the end
 * of the range, or after now where the range reaches beyond. A signal that cannot be forecast has its value alone and a
 * notice with the reason.
 */
export async function answerForecast(
  datasource: Datasource,
  { query, signal: kind, fromMs, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  if (kind === undefined) {
    throw new BackendError('CAUSEWAY_QUERY_INVALID', 'The field signal of the query is empty; a forecast needs one.');
  }
  const atMs = Math.min(toMs, datasource.clock.now());
  const { items, gaps } = await datasource.forecasts.forecast(
    { kind, service: query.service || undefined, atMs },
    signal
  );
  const frames = items.flatMap((item) => forecastFrames(query.refId, item, fromMs, atMs));
  const notices = [...toNotices(gaps), ...items.flatMap(({ forecast }) => noticesOf(forecast))].slice(0, MAX_NOTICES);
  return framesOrEmpty(query.refId, SERIES_META, frames, notices);
}

function forecastFrames(
  refId: string,
  { signal, forecast }: ForecastSignal,
  fromMs: number,
  atMs: number
): readonly Frame[] {
  const labels = { service: signal.service, signal: signal.id };
  const meta = { ...SERIES_META, executedQueryString: signal.query };
  const frame = (
    name: string,
    shown: string,
    timesMs: readonly number[],
    values: Iterable<number | undefined>
  ): Frame => seriesFrame(refId, meta, timesMs, toNumbers(name, values, labels, signalConfig(shown, signal.unit)));
  const { timesMs, values } = signal.series;
  const inRange = timesMs.flatMap((time, i) => (time >= fromMs && time <= atMs ? [i] : []));
  const history = frame(
    FRAME_FIELDS.value,
    signal.id,
    inRange.map((i) => timesMs[i] ?? 0),
    inRange.map((i) => values[i])
  );
  if (forecast.kind === 'unknown') {
    return [history];
  }
  const ahead = forecast.points.map((point) => point.atMs);
  const columns = [
    frame(FRAME_FIELDS.forecast, `${signal.id} forecast`, ahead, forecast.points.map((point) => point.value)),
    frame(FRAME_FIELDS.lower, `${signal.id} lower`, ahead, forecast.points.map((point) => point.lower)),
    frame(FRAME_FIELDS.upper, `${signal.id} upper`, ahead, forecast.points.map((point) => point.upper)),
  ]; // prettier-ignore
  return [history, ...columns];
}

function noticesOf(forecast: SignalForecast): readonly Notice[] {
  const { signalId } = forecast;
  if (forecast.kind === 'unknown') {
    return [{ severity: 'warning', text: `${signalId}: no forecast. ${forecast.reason}` }];
  }
  const { models, modelsWanted, filledPoints, points, saturation, limitProblem, limit } = forecast;
  const texts: Notice[] = [];
  if (saturation) {
    const when = saturation.etaSeconds === 0 ? 'is reached' : `is ahead in ${minutes(saturation.etaSeconds)}`;
    const severity = saturation.level === 'critical' ? 'error' : 'warning';
    texts.push({ severity, text: `${signalId}: the limit ${limit ?? ''} ${when}.` });
  }
  if (models.length < modelsWanted) {
    texts.push({
      severity: 'info',
      text: `${signalId}: models: ${models.length} of ${modelsWanted} (${models.join(', ')}).`,
    });
  }
  if (filledPoints > 0) {
    texts.push({
      severity: 'info',
      text: `${signalId}: ${filledPoints} missing points of the history were taken from the day before.`,
    });
  }
  if (points.every(({ lower }) => lower === undefined)) {
    texts.push({ severity: 'info', text: `${signalId}: no band yet; its backtests run in the background.` });
  }
  if (limit !== undefined && limitProblem) {
    texts.push({ severity: 'info', text: `${signalId}: ${limitProblem}` });
  }
  return texts;
}

function minutes(seconds: number): string {
  return `${Math.round(seconds / 60)} min`;
}
