import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame } from '../frames/frame.ts';
import { currentLogs, logNotices } from './current-logs.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, NUMERIC_META, numericFrame } from './series-frames.ts';

/**
 * `log-anomaly`: the log score of each service at the end of the range, one frame of one nullable number each, so that it can be an alert
 * condition as it is. Null where unknown: alerting takes it as no data, never as zero. No service that logs is one empty typed frame.
 */
export async function answerLogAnomaly(
  datasource: Datasource,
  { query, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const logs = await currentLogs(datasource, toMs, signal);
  const levels = logs?.levels(Math.min(toMs, datasource.clock.now())) ?? [];
  const frames = levels
    .filter(({ service }) => !query.service || service === query.service)
    .map(({ service, score, why }): Frame => {
      const config = { displayNameFromDS: service, min: 0, max: 1 };
      const labels = { service };
      const frame = numericFrame(query.refId, { name: FRAME_FIELDS.logScore, values: [score], labels, config });
      return why === undefined ? frame : { ...frame, meta: { ...frame.meta, custom: { why } } };
    });
  return framesOrEmpty(query.refId, NUMERIC_META, frames, logNotices(logs));
}
