import {
  type DataFrame,
  type Field,
  FieldColorModeId,
  FieldType,
  getDisplayProcessor,
  type GrafanaTheme2,
  ThresholdsMode,
} from '@grafana/data';
import { type DetectionTier, type Harm, SCORE_THRESHOLDS } from '#model';
import type { ScoreSeries } from './score-series.ts';

/** What the panel can be told. */
export interface AnomalyScoreOptions {
  readonly showBand: boolean;
  readonly shadeFrom: 'warning' | 'alert' | 'critical' | 'never';
  readonly showLegend: boolean;
  /** Detectors for series that the backend did not judge. */
  readonly detectors?: DetectionTier;
  /** Which direction of such series does harm. */
  readonly harm?: Harm;
  /** Whether the values of such series are those of growing counters. */
  readonly values?: 'auto' | 'gauge' | 'counter';
}

/** The bands of more series would hide each other. */
const MAX_BANDS = 2;

const LINE = {
  drawStyle: 'line',
  lineWidth: 2,
  fillOpacity: 0,
  showPoints: 'never',
  spanNulls: false,
  axisPlacement: 'auto',
} as const;

/**
 * Frames for the chart. A series with a signal shows the value inside its expected band; one without shows the score
 * from 0 to 1 with the thresholds as dashed lines.
 */
export function toPlotFrames(
  series: readonly ScoreSeries[],
  options: AnomalyScoreOptions,
  theme: GrafanaTheme2,
  axisWidth?: number
): DataFrame[] {
  return series.map((item, index) => {
    const time: Field = { name: 'time', type: FieldType.time, config: {}, values: [...item.timesMs] };
    const fields = item.signal
      ? toSignalFields(
          item,
          item.signal,
          { band: options.showBand && series.length <= MAX_BANDS, isOne: series.length === 1 },
          theme
        )
      : [toScoreField(item, theme)];
    const all = [time, ...fields.map((field) => withAxisWidth(field, axisWidth))].map((field) =>
      withDisplay(field, index, theme)
    );
    return { name: item.service, refId: 'A', length: item.timesMs.length, fields: all };
  });
}

/** A fixed width leaves room for the names of the strip below. */
function withAxisWidth(field: Field, axisWidth: number | undefined): Field {
  const { custom } = field.config as { readonly custom?: object };
  return axisWidth === undefined ? field : { ...field, config: { ...field.config, custom: { ...custom, axisWidth } } };
}

function toScoreField(item: ScoreSeries, theme: GrafanaTheme2): Field {
  const color = (level: 'warning' | 'critical') => theme.colors[level === 'warning' ? 'warning' : 'error'].text;
  return {
    name: item.service,
    type: FieldType.number,
    values: [...item.scores],
    config: {
      displayName: item.service,
      min: 0,
      max: 1,
      decimals: 2,
      color: { mode: FieldColorModeId.PaletteClassic },
      thresholds: {
        mode: ThresholdsMode.Absolute,
        steps: [
          { value: -Infinity, color: 'transparent' },
          { value: SCORE_THRESHOLDS.warning, color: color('warning') },
          { value: SCORE_THRESHOLDS.critical, color: color('critical') },
        ],
      },
      custom: { ...LINE, thresholdsStyle: { mode: 'dashed' } },
    },
  };
}

function toSignalFields(
  item: ScoreSeries,
  signal: NonNullable<ScoreSeries['signal']>,
  { band, isOne }: { readonly band: boolean; readonly isOne: boolean },
  theme: GrafanaTheme2
): Field[] {
  const { unit } = signal;
  const field = (
    displayName: string,
    values: ReadonlyArray<number | null>,
    color: string | undefined,
    custom: Record<string, unknown>
  ): Field => ({
    name: displayName,
    type: FieldType.number,
    values: [...values],
    config: {
      displayName,
      ...(unit === undefined ? {} : { unit }),
      color:
        color === undefined
          ? { mode: FieldColorModeId.PaletteClassic }
          : { mode: FieldColorModeId.Fixed, fixedColor: color },
      custom: { ...LINE, ...custom },
    },
  });
  const lowerName = `${item.service} expected at least`;
  const quiet = theme.colors.text.secondary;
  const bounds = [
    field(lowerName, signal.lower, quiet, { lineWidth: 0 }),
    field(`${item.service} expected at most`, signal.upper, quiet, {
      lineWidth: 0,
      fillBelowTo: lowerName,
      fillOpacity: isOne ? 18 : 9,
    }),
  ];
  const own = isOne ? theme.colors.primary.text : undefined;
  return [...(band ? bounds : []), field(item.service, signal.values, own, {})];
}

function withDisplay(field: Field, seriesIndex: number, theme: GrafanaTheme2): Field {
  return {
    ...field,
    state: { seriesIndex, displayName: field.config.displayName ?? null },
    display: getDisplayProcessor({ field, theme }),
  };
}
