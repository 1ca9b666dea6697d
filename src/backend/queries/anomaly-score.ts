import { FRAME_FIELDS } from '#contracts';
import type { DataGap, Labels } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import { readReplay } from '../detection/read-replay.ts';
import { type BandTimeline, type ScoreTimeline, type Timeline, toTimeline } from '../detection/timeline.ts';
import type { Field, Frame, FrameMeta } from '../frames/frame.ts';
import { raceAbort } from '../signals/single-flight.ts';
import { toNotices, withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';

const META: FrameMeta = { type: 'timeseries-multi', typeVersion: [0, 1], preferredVisualisationType: 'graph' };

const UNITS: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'bytes',
  ratio: 'percentunit',
  'per-second': 'reqps',
  cores: 'short',
  count: 'short',
};

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
  const [first, ...rest] = frames.length > 0 ? frames : [{ refId, meta: META, fields: [] }];
  return first ? [{ ...first, meta: withNotices(first.meta ?? META, toNotices(gaps)) }, ...rest] : [];
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
  return seriesFrame(refId, META, timesMs, toNumbers(FRAME_FIELDS.score, scores, { service }, config));
}

function bandFrames(refId: string, band: BandTimeline): readonly Frame[] {
  const labels = { service: band.service, signal: band.signalId };
  const unit = UNITS[band.unit];
  return (['value', 'lower', 'upper'] as const).map((name) => {
    const values = { value: band.values, lower: band.lower, upper: band.upper }[name];
    const displayNameFromDS = name === 'value' ? band.signalId : `${band.signalId} ${name}`;
    const config = { displayNameFromDS, ...(unit ? { unit } : {}) };
    const meta = { ...META, executedQueryString: band.query };
    return seriesFrame(refId, meta, band.timesMs, toNumbers(FRAME_FIELDS[name], values, labels, config));
  });
}

function seriesFrame(refId: string, meta: FrameMeta, timesMs: Float64Array, value: Field): Frame {
  return { refId, meta, fields: [{ name: FRAME_FIELDS.time, kind: 'time', values: timesMs }, value] };
}

function toNumbers(
  name: string,
  values: Float64Array,
  labels: Labels,
  config: Readonly<Record<string, unknown>>
): Field {
  return {
    name,
    kind: 'number',
    nullable: true,
    values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
    labels,
    config,
  };
}
