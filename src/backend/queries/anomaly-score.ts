import { FRAME_FIELDS } from '#contracts';
import type { DataGap } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { readReplay } from '../detection/read-replay.ts';
import { type BandTimeline, type ScoreTimeline, type Timeline, toTimeline } from '../detection/timeline.ts';
import type { Frame } from '../frames/frame.ts';
import { raceAbort } from '../signals/single-flight.ts';
import { toNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';
import { framesOrEmpty, SERIES_META, seriesFrame, signalConfig, toNumbers } from './series-frames.ts';

/**
 * `anomaly-score`: one frame per series. Score per service; with a signal kind also value and expected band of each of its
 * signals. Null where unknown. No series at all is one empty typed frame, which alerting takes as no data.
 */
export async function answerAnomalyScore(
  datasource: Datasource,
  query: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const { refId } = query.query;
  const { timeline, gaps } = await readTimeline(datasource, query, signal);
  const frames = [
    ...timeline.scores.map((scores) => scoreFrame(refId, scores)),
    ...timeline.bands.flatMap((band) => bandFrames(refId, band)),
  ];
  return framesOrEmpty(refId, SERIES_META, frames, toNotices(gaps));
}

/** From the recent readings where they cover the range, by a replay where they do not. */
async function readTimeline(
  datasource: Datasource,
  { query, signal: kind, fromMs, toMs, maxPoints }: PreparedQuery,
  signal: AbortSignal
): Promise<{ readonly timeline: Timeline; readonly gaps: readonly DataGap[] }> {
  const { detection, clock } = datasource;
  const request = {
    fromMs,
    toMs: Math.min(toMs, clock.now()),
    maxPoints,
    ...(kind === undefined ? {} : { kind }),
    ...(query.service ? { service: query.service } : {}),
  };
  const { runtime, gaps } = await raceAbort(detection.current(), signal);
  if (detection.covers(fromMs)) {
    const { collectSeconds: stepSeconds } = runtime.config;
    return { timeline: toTimeline(runtime.services, { ...request, stepSeconds }), gaps };
  }
  const { output, gaps: replayGaps } = await readReplay(datasource, { fromMs, toMs: request.toMs }, request, signal);
  return { timeline: output.timeline, gaps: replayGaps };
}

function scoreFrame(refId: string, { service, timesMs, scores }: ScoreTimeline): Frame {
  const config = { displayNameFromDS: service, min: 0, max: 1, decimals: 2 };
  return seriesFrame(refId, SERIES_META, timesMs, toNumbers(FRAME_FIELDS.score, scores, { service }, config));
}

function bandFrames(refId: string, band: BandTimeline): readonly Frame[] {
  const labels = { service: band.service, signal: band.signalId };
  return (['value', 'lower', 'upper'] as const).map((name) => {
    const values = { value: band.values, lower: band.lower, upper: band.upper }[name];
    const displayNameFromDS = name === 'value' ? band.signalId : `${band.signalId} ${name}`;
    const config = signalConfig(displayNameFromDS, band.unit);
    const meta = { ...SERIES_META, executedQueryString: band.query };
    return seriesFrame(refId, meta, band.timesMs, toNumbers(FRAME_FIELDS[name], values, labels, config));
  });
}
