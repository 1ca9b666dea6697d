import {
  type DataFrame,
  type Field,
  FieldColorModeId,
  FieldType,
  getDisplayProcessor,
  type GrafanaTheme2,
} from '@grafana/data';
import type { EvidenceSeries, Unit } from '#model';
import { isMeasured, stepOf } from './series-facts.ts';

/** Units of Grafana for the axis, as short as they can be. */
const AXIS_UNITS: Readonly<Record<Unit, string>> = {
  seconds: 's',
  bytes: 'bytes',
  ratio: 'percentunit',
  'per-second': 'suffix:/s',
  count: 'short',
  cores: 'short',
  dimensionless: 'short',
};

/** Points further apart than so many steps have something missing between them. */
const GAP_STEPS = 1.5;

/** The points of a series with a point of nothing in every stretch that was not measured, so that no line crosses it. */
export function withGaps({ timesMs, values }: Pick<EvidenceSeries, 'timesMs' | 'values'>): {
  readonly timesMs: number[];
  readonly values: Array<number | null>;
} {
  const longest = GAP_STEPS * stepOf(timesMs);
  const times: number[] = [];
  const shown: Array<number | null> = [];
  timesMs.forEach((atMs, index) => {
    const before = timesMs[index - 1];
    if (before !== undefined && atMs - before > longest) {
      times.push((before + atMs) / 2);
      shown.push(null);
    }
    const value = values[index];
    times.push(atMs);
    shown.push(isMeasured(value) ? value : null);
  });
  return { timesMs: times, values: shown };
}

/** One series for the chart: its value over the band of usual values. */
export function toSeriesFrame(
  series: EvidenceSeries,
  theme: GrafanaTheme2,
  options: { readonly axisWidth: number; readonly showTimes: boolean }
): DataFrame {
  const { timesMs, values } = withGaps(series);
  const { low, high } = series.usual;
  const bound = (name: string, value: number, custom: object) =>
    toField(
      name,
      timesMs.map(() => (Number.isFinite(value) ? value : null)),
      {
        unit: series.unit,
        color: theme.colors.text.secondary,
        custom: { lineWidth: 0, axisWidth: options.axisWidth, ...custom },
      }
    );
  const fields = [
    bound('usual from', low, {}),
    bound('usual to', high, { fillBelowTo: 'usual from', fillOpacity: 25 }),
    toField('value', values, {
      unit: series.unit,
      color: theme.colors.primary.text,
      custom: { lineWidth: 2, axisWidth: options.axisWidth },
    }),
  ].map((field) => ({ ...field, display: getDisplayProcessor({ field, theme }) }));
  const time: Field = {
    name: 'time',
    type: FieldType.time,
    config: options.showTimes ? {} : { custom: { axisPlacement: 'hidden' } },
    values: timesMs,
  };
  return { refId: 'A', name: '', length: timesMs.length, fields: [time, ...fields] };
}

function toField(
  name: string,
  values: Array<number | null>,
  { unit, color, custom }: { readonly unit: Unit; readonly color: string; readonly custom: object }
): Field {
  return {
    name,
    type: FieldType.number,
    values,
    state: { displayName: name },
    config: {
      displayName: name,
      unit: AXIS_UNITS[unit],
      color: { mode: FieldColorModeId.Fixed, fixedColor: color },
      custom: {
        drawStyle: 'line',
        fillOpacity: 0,
        showPoints: 'never',
        spanNulls: false,
        axisPlacement: 'left',
        ...custom,
      },
    },
  };
}
