import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame, FrameMeta } from '../frames/frame.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';

const META: FrameMeta = { type: 'numeric-multi', typeVersion: [0, 1] };

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
      return {
        refId: query.refId,
        meta: META,
        fields: [{ name: FRAME_FIELDS.score, kind: 'number', nullable: true, values: [score], labels, config }],
      };
    });
  const [first, ...rest] = frames.length > 0 ? frames : [{ refId: query.refId, meta: META, fields: [] }];
  return first ? [{ ...first, meta: withNotices(META, toNotices(gaps, graphError)) }, ...rest] : [];
}
