import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame, FrameMeta } from '../frames/frame.ts';
import { failedShare } from '../detection/series-quality.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';

const META: FrameMeta = { type: 'numeric-multi', typeVersion: [0, 1] };

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
      return {
        refId: query.refId,
        meta: META,
        fields: [
          { name: FRAME_FIELDS.failedShare, kind: 'number', nullable: true, values, labels: { service }, config },
        ],
      };
    });
  const [first, ...rest] = frames.length > 0 ? frames : [{ refId: query.refId, meta: META, fields: [] }];
  return first ? [{ ...first, meta: withNotices(META, toNotices(gaps, graphError)) }, ...rest] : [];
}
