import React from 'react';
import { LoadingState as DataState, type PanelProps } from '@grafana/data';
import { EmptyState, ErrorState, LoadingState, TEST_IDS } from '#ui';
import type { AnomalyScoreOptions } from './plot-frames.ts';
import { ScoreChart } from './ScoreChart.tsx';
import { useJudgedSeries } from './use-judged-series.ts';

/**
 * Scores over time, or a series with its expected band, and a strip that says where it was anomalous and where it could
 * not be judged. Shows what the backend scored, and judges any other time series in the browser.
 */
export function AnomalyScorePanel(props: PanelProps<AnomalyScoreOptions>) {
  const { detectors = 'light', harm = 'both', values = 'auto' } = props.options;
  const judged = useJudgedSeries(props.data.series, { detectors, harm, values });
  return (
    <div data-testid={TEST_IDS.panel.anomalyScore} data-by={judged.by}>
      {judged.series.length === 0 ? <Nothing {...props} /> : <ScoreChart {...props} judged={judged} />}
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
    <EmptyState title="No time series">
      This panel shows queries of type “Anomaly score” of a Causeway data source, and judges the time series of any
      other data source. There is none, or nothing was seen in this time range.
    </EmptyState>
  );
}
