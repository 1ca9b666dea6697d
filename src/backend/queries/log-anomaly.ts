import { FRAME_FIELDS } from '#contracts';
import type { Datasource } from '../datasource/datasource.ts';
import type { Frame, FrameMeta } from '../frames/frame.ts';
import { currentLogs, logNotices } from './current-logs.ts';
import { withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';

const META: FrameMeta = { type: 'numeric-multi', typeVersion: [0, 1] };

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
      const meta = why === undefined ? META : { ...META, custom: { why } };
      return {
        refId: query.refId,
        meta,
        fields: [{ name: FRAME_FIELDS.logScore, kind: 'number', nullable: true, values: [score], labels, config }],
      };
    });
  const [first, ...rest] = frames.length > 0 ? frames : [{ refId: query.refId, meta: META, fields: [] }];
  return first ? [{ ...first, meta: withNotices(first.meta ?? META, logNotices(logs)) }, ...rest] : [];
}
