import React, { useMemo, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import type { ChangeEvent, EvidenceSeries, TimeWindow } from '#model';
import { CHANGE_LABELS } from '../level.ts';
import { TEST_IDS } from '../test-ids.ts';
import { formatClock } from './clock.ts';
import { SERIES_TEXTS as T } from './report-texts.ts';
import { toSeriesRanges, toShare } from './series-axis.ts';
import { describeOnsets, inShownOrder } from './series-facts.ts';
import { SeriesCharts } from './SeriesCharts.tsx';
import { MarkSign } from './SeriesOverlay.tsx';
import { SeriesTable } from './SeriesTable.tsx';
import { legendStyles } from '../legend-style.ts';

type Extent = 'start' | 'whole';

/** The series of cause, path and target below each other on one time axis, and the same in words and in a table. */
export function SeriesSection(props: {
  readonly series: readonly EvidenceSeries[];
  /** The analysed window. */
  readonly window: TimeWindow;
  readonly changes: readonly ChangeEvent[];
}) {
  const { window, changes } = props;
  const styles = useStyles2(getStyles);
  const [extent, setExtent] = useState<Extent>('start');
  const series = useMemo(() => inShownOrder(props.series), [props.series]);
  const ranges = useMemo(
    () =>
      toSeriesRanges(
        series,
        window,
        changes.map(({ atMs }) => atMs)
      ),
    [series, window, changes]
  );
  const range = (extent === 'start' ? ranges.start : undefined) ?? ranges.whole;
  const onsets = describeOnsets(series);
  return (
    <div data-testid={TEST_IDS.rca.series}>
      <p>{onsets === undefined ? T.noOnset : T.onsets(onsets)}</p>
      {ranges.start && (
        <RadioButtonGroup<Extent>
          aria-label={T.extent}
          size="sm"
          value={extent}
          options={[
            { value: 'start', label: T.extents.start },
            { value: 'whole', label: T.extents.whole },
          ]}
          onChange={setExtent}
        />
      )}
      <Legend changes={changes} range={range} window={window} hasOnset={onsets !== undefined} />
      <SeriesCharts series={series} window={window} range={range} changes={changes} />
      <details className={styles.table}>
        <summary>{T.asTable}</summary>
        <SeriesTable series={series} window={window} />
      </details>
    </div>
  );
}

/** What the signs mean; only those that are in the range. */
function Legend({
  changes,
  range,
  window,
  hasOnset,
}: {
  readonly changes: readonly ChangeEvent[];
  readonly range: TimeWindow;
  readonly window: TimeWindow;
  readonly hasOnset: boolean;
}) {
  const styles = useStyles2(getStyles);
  const isShown = (atMs: number) => toShare(atMs, range) !== undefined;
  return (
    <ul className={styles.legend} aria-label={T.signs}>
      <li>
        <MarkSign kind="usual" /> {T.usualRange}
      </li>
      {hasOnset && (
        <li>
          <MarkSign kind="onset" /> {T.onset}
        </li>
      )}
      {(isShown(window.fromMs) || isShown(window.toMs)) && (
        <li>
          <MarkSign kind="bound" /> {T.analysed(formatClock(window.fromMs), formatClock(window.toMs))}
        </li>
      )}
      {changes
        .filter(({ atMs }) => isShown(atMs))
        .map(({ atMs, kind, service }, index) => (
          <li key={index}>
            <MarkSign kind="change" /> {T.change(formatClock(atMs), CHANGE_LABELS[kind].toLowerCase(), service)}
          </li>
        ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  legend: cx(legendStyles(theme).list, css({ margin: theme.spacing(1, 0) })),
  table: css({ marginTop: theme.spacing(1) }),
});
