import React, { useCallback, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AnomaliesAnswer } from '#contracts';
import { EmptyState, HeatMap, type HeatMapChoice, ProblemList, TEST_IDS, toStretch } from '#ui';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { usePolling } from '../../use-polling.ts';
import { toProblems } from '../overview/source-problems.ts';
import type { AnomalyTabProps } from './tab-props.ts';
import { AnomalyTable } from './AnomalyTable.tsx';
import { LogAnomalies } from './LogAnomalies.tsx';
import { QualityBanner } from './QualityBanner.tsx';
import { ServiceDetails } from './ServiceDetails.tsx';
import { WatchState } from './WatchState.tsx';

const POLL_MS = 30_000;
const CELLS = 48;

/** Heat map, services with what made their score, data quality and log anomalies of the range. */
export function ServicesTab({ backend, window, live, service }: AnomalyTabProps) {
  const { fromMs, toMs } = window;
  const load = useCallback(
    (signal: AbortSignal) => {
      const end = live ? Date.now() : toMs;
      return backend.anomalies({ fromMs: end - (toMs - fromMs), toMs: end }, CELLS, signal);
    },
    [backend, fromMs, toMs, live]
  );
  const polled = usePolling(load, POLL_MS);
  return (
    <>
      <WatchState backend={backend} />
      <Reading polled={polled} label="Reading and judging the services">
        {(answer) => <Answer answer={answer} first={service} onChanged={polled.refresh} />}
      </Reading>
    </>
  );
}

function Answer(props: {
  readonly answer: AnomaliesAnswer;
  readonly first: string | undefined;
  readonly onChanged: () => void;
}) {
  const { answer, first } = props;
  const styles = useStyles2(getStyles);
  const [chosen, setChosen] = useState<HeatMapChoice | undefined>(() =>
    first === undefined ? undefined : toNewestStretch(answer, first)
  );
  const column = useRef<HTMLDivElement>(null);
  const close = () => {
    setChosen(undefined);
    // Back to where the keyboard came from.
    column.current?.querySelector<HTMLElement>(`[data-testid="${TEST_IDS.heatMap.cell}"][tabindex="0"]`)?.focus();
  };
  if (answer.rows.length === 0 && answer.services.length === 0) {
    return (
      <>
        <ProblemList problems={toProblems(answer.problems)} />
        {answer.problems.length === 0 && (
          <EmptyState title="No services were seen in this time range">
            No span metrics or service-graph metrics have arrived. Choose a longer time range, or look at “Detectors and
            data” for what was found.
          </EmptyState>
        )}
      </>
    );
  }
  const details = chosen && (
    <ServiceDetails
      key={`${chosen.service} ${chosen.fromMs}`}
      choice={chosen}
      state={answer.services.find(({ service }) => service === chosen.service)}
      quality={answer.quality.filter(({ service }) => service === chosen.service)}
      onClose={close}
      onChanged={props.onChanged}
    />
  );
  return (
    <div className={styles.column} ref={column}>
      <ProblemList problems={toProblems(answer.problems)} />
      <QualityBanner services={answer.services} checks={answer.checks} />
      <Section title="Services over time">
        <HeatMap rows={answer.rows} cellSeconds={answer.cellSeconds} chosen={chosen} onChoose={setChosen} />
      </Section>
      {details}
      <Section title="Services now" testId={TEST_IDS.anomalies.services}>
        <AnomalyTable
          services={answer.services}
          quality={answer.quality}
          chosen={chosen?.service}
          onChoose={(service) => setChosen(toNewestStretch(answer, service))}
        />
      </Section>
      <LogAnomalies logs={answer.logs} patterns={answer.patterns ?? []} />
    </div>
  );
}

/** The stretch that a service is in now; the whole range where it is normal or not in the map. */
function toNewestStretch({ rows, cellSeconds, fromMs, toMs }: AnomaliesAnswer, service: string): HeatMapChoice {
  const row = rows.find((item) => item.service === service);
  const isOdd = row?.cells.at(-1)?.level !== 'normal';
  const stretch = row && isOdd ? toStretch(row, row.cells.length - 1, cellSeconds) : undefined;
  return stretch ?? { service, fromMs, toMs };
}

const getStyles = (theme: GrafanaTheme2) => ({
  column: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
});
