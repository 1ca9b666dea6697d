import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2, LoadingState as DataState, type PanelProps } from '@grafana/data';
import { LegendDisplayMode, TimeSeries, useStyles2, useTheme2 } from '@grafana/ui';
import { EmptyState, ErrorState, formatScore, LEVEL_LABELS, LoadingState, TEST_IDS, toScoreLevel } from '#ui';
import { AnomalousRanges } from './AnomalousRanges.tsx';
import { type AnomalyScoreOptions, toPlotFrames } from './plot-frames.ts';
import { ScoreLegend } from './ScoreLegend.tsx';
import { type ScoreSeries, SHADE_FROM, toAnomalousStretches, toNewestScore, toScoreSeries } from './score-series.ts';

/** Scores over time, or a signal with its expected band; anomalous stretches are shaded, unknown services are named. */
export function AnomalyScorePanel(props: PanelProps<AnomalyScoreOptions>) {
  const series = useMemo(() => toScoreSeries(props.data.series), [props.data.series]);
  return (
    <div data-testid={TEST_IDS.panel.anomalyScore}>
      {series.length === 0 ? <Nothing {...props} /> : <Chart {...props} series={series} />}
    </div>
  );
}

function Nothing({ data }: PanelProps<AnomalyScoreOptions>) {
  const [error] = data.errors ?? [];
  if (data.state === DataState.Loading) {
    return <LoadingState label="Reading scores" />;
  }
  if (error) {
    return (
      <ErrorState
        problem={{
          source: 'Data source',
          message: error.message ?? 'The query failed.',
          remedy: 'Open the query inspector for the whole answer, then check the data source settings.',
        }}
      />
    );
  }
  return (
    <EmptyState title="No scores">
      This panel shows queries of type “Anomaly score” of a Causeway data source. There is none, or no service was seen
      in this time range.
    </EmptyState>
  );
}

function Chart(props: PanelProps<AnomalyScoreOptions> & { readonly series: readonly ScoreSeries[] }) {
  const { series, options, width, height, timeRange, timeZone } = props;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const frames = useMemo(() => toPlotFrames(series, options, theme), [series, options, theme]);
  const stretches = useMemo(
    () =>
      options.shadeFrom === 'never'
        ? []
        : series.flatMap((item) =>
            toAnomalousStretches(item, SHADE_FROM[options.shadeFrom === 'never' ? 'critical' : options.shadeFrom])
          ),
    [series, options.shadeFrom]
  );
  const state = describeState(series);
  const lines = (options.showLegend ? 2 : 1) * theme.spacing.gridSize * 3;
  return (
    <>
      <TimeSeries
        frames={frames}
        structureRev={props.data.structureRev ?? 0}
        width={width}
        height={Math.max(0, height - lines)}
        timeRange={timeRange}
        timeZone={timeZone}
        legend={{ showLegend: false, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] }}
      >
        {(config) => <AnomalousRanges config={config} stretches={stretches} color={theme.colors.error.transparent} />}
      </TimeSeries>
      {options.showLegend && <ScoreLegend frames={frames} />}
      <p className={styles.state} title={state}>
        {state}
      </p>
    </>
  );
}

/** The newest state of every service that is not normal, in words; unknown ones with what the backend says about them. */
export function describeState(series: readonly ScoreSeries[]): string {
  const parts = series.flatMap((item) => {
    const score = toNewestScore(item);
    const level = toScoreLevel(score);
    if (level === 'normal') {
      return [];
    }
    const reason = item.notices.length > 0 ? `: ${item.notices.join(' ')}` : '';
    return [
      score === null
        ? `${item.service} unknown${reason}`
        : `${item.service} ${LEVEL_LABELS[level].toLowerCase()} ${formatScore(score)}`,
    ];
  });
  return parts.length === 0 ? `Now: all ${series.length} normal` : `Now: ${parts.join(', ')}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  state: css({
    margin: 0,
    height: theme.spacing(3),
    lineHeight: theme.spacing(3),
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
