import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame } from '../frames/frame.ts';
import { failedShare } from '../detection/series-quality.ts';
import { toNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, NUMERIC_META, numericFrame } from './series-frames.ts';

/**
 * `data-quality`: the share of each service's series whose newest point failed its checks or is missing, one frame of one
 * nullable number each. Null for a service that nothing measures.
 */
export async function answerDataQuality(
  datasource: Datasource,
  { query, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { judgement, gaps, graphError } = await datasource.assess(toMs, signal);
  const frames = judgement.services
    .filter(({ service }) => !query.service || service === query.service)
    .map((anomaly): Frame => {
      const { service } = anomaly;
      const config = { displayNameFromDS: service, unit: 'percentunit', min: 0, max: 1 };
      const values = [failedShare(anomaly)];
      return numericFrame(query.refId, { name: FRAME_FIELDS.failedShare, values, labels: { service }, config });
    });
  return framesOrEmpty(query.refId, NUMERIC_META, frames, toNotices(gaps, graphError));
}
