import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame } from '../frames/frame.ts';
import { toNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, NUMERIC_META, numericFrame } from './series-frames.ts';

/**
 * `anomaly-level`: the score of each service at the end of the range, one frame of one nullable number each, so that it
 * can be an alert condition as it is. Null where unknown: alerting takes it as no data, never as zero. Services that
 * nothing measures are left out.
 */
export async function answerAnomalyLevel(
  datasource: Datasource,
  { query, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { judgement, gaps, graphError } = await datasource.assess(toMs, signal);
  const frames = judgement.services
    .filter((service) => service.signals.length > 0 && (!query.service || service.service === query.service))
    .map(({ service, reading }): Frame => {
      const score = reading.kind === 'scored' ? reading.score : null;
      const config = { displayNameFromDS: service, min: 0, max: 1 };
      const labels = { service };
      return numericFrame(query.refId, { name: FRAME_FIELDS.score, values: [score], labels, config });
    });
  return framesOrEmpty(query.refId, NUMERIC_META, frames, toNotices(gaps, graphError));
}
