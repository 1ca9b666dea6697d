import React, { useCallback, useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AnomaliesAnswer, AnomalyLabelRecord } from '#contracts';
import { EmptyState, HeatMap, type HeatMapChoice, ProblemList, TEST_IDS, toStretch } from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { type Polled, usePolling } from '../../use-polling.ts';
import { toProblems } from '../overview/source-problems.ts';
import type { AnomalyTabProps } from './tab-props.ts';
import { AnomalyTable } from './AnomalyTable.tsx';
import { labelsWithin } from './LabelNotes.tsx';
import { LogAnomalies } from './LogAnomalies.tsx';
import { OpenIncidents } from './OpenIncidents.tsx';
import { QualityBanner } from './QualityBanner.tsx';
import { type DetailsChoice, ServiceDetails } from './ServiceDetails.tsx';
import { type LedgerView, useLedger } from './use-ledger.ts';
import { WatchState } from './WatchState.tsx';

const POLL_MS = 30_000;

/** Heat map, services with what made their score, data quality and log anomalies of the range. */
export function ServicesTab({ backend, window, live, service }: AnomalyTabProps) {
  const { fromMs, toMs } = window;
  const cells = useCells();
  const load = useCallback(
    (signal: AbortSignal) => {
      const end = live ? Date.now() : toMs;
      return backend.anomalies({ fromMs: end - (toMs - fromMs), toMs: end }, cells, signal);
    },
    [backend, fromMs, toMs, live, cells]
  );
  const polled = usePolling(load, POLL_MS);
  const ledger = useLedger(window, live);
  return (
    <>
      <WatchState backend={backend} />
      <Ledger ledger={ledger} />
      <Reading polled={polled} label="Reading and judging the services">
        {(answer) => (
          <Answer
            backend={backend}
            answer={answer}
            labels={ledger.data?.labels ?? NO_LABELS}
            first={service}
            onChanged={() => {
              polled.refresh();
              ledger.refresh();
            }}
          />
        )}
      </Reading>
    </>
  );
}

const NO_LABELS: readonly AnomalyLabelRecord[] = [];

/** Open incidents; without the ledger it is not known whether there are any, and that is said. */
function Ledger({ ledger: { data, problem } }: { readonly ledger: Polled<LedgerView> }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {problem && (
        <p className={styles.muted}>
          Open incidents and labels are {data ? 'not up to date' : 'not known'}: {problem.message}
        </p>
      )}
      {data && <OpenIncidents incidents={data.incidents} />}
    </>
  );
}

/** Columns of the map that leave room for the digit of a cell, and divide among its times, by the width of the window. */
function useCells(): number {
  const [cells, setCells] = useState(() => toCells(window.innerWidth));
  useEffect(() => {
    const onResize = () => setCells(toCells(window.innerWidth));
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return cells;
}

function toCells(width: number): number {
  return width < 640 ? 18 : width < 1000 ? 24 : 48;
}

function Answer(props: {
  readonly backend: BackendClient;
  readonly answer: AnomaliesAnswer;
  readonly labels: readonly AnomalyLabelRecord[];
  readonly first: string | undefined;
  readonly onChanged: () => void;
}) {
  const { answer, first, labels } = props;
  const styles = useStyles2(getStyles);
  const [chosen, setChosen] = useState<DetailsChoice | undefined>(() =>
    first === undefined ? undefined : { ...toNewestStretch(answer, first), isNow: true }
  );
  const choose = (choice: HeatMapChoice) =>
    setChosen({ ...choice, isNow: choice.toMs > toNow(answer, choice.service).fromMs });
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
        {answer.problems.length > 0 ? (
          <p className={styles.muted}>No service can be judged now: all are unknown, which is not normal.</p>
        ) : (
          <EmptyState title="No services were seen in this time range">
            No span metrics or service-graph metrics have arrived. Choose a longer time range, or look at “Detectors”
            for what was found.
          </EmptyState>
        )}
      </>
    );
  }
  const details = chosen && (
    <ServiceDetails
      key={`${chosen.service} ${chosen.fromMs}`}
      backend={props.backend}
      choice={chosen}
      newest={answer.services.find(({ service }) => service === chosen.service)}
      quality={answer.quality.filter(({ service }) => service === chosen.service)}
      labels={labelsWithin(labels, chosen)}
      onClose={close}
      onChanged={props.onChanged}
    />
  );
  return (
    <div className={styles.column} ref={column}>
      <ProblemList problems={toProblems(answer.problems)} />
      <QualityBanner services={answer.services} checks={answer.checks} toMs={answer.toMs} />
      <Section title="Services over time">
        <HeatMap rows={answer.rows} cellSeconds={answer.cellSeconds} chosen={chosen} onChoose={choose} />
      </Section>
      {details}
      <Section title="Services now" testId={TEST_IDS.anomalies.services}>
        <AnomalyTable
          services={answer.services}
          quality={answer.quality}
          labels={answer.services.flatMap(({ service }) => labelsWithin(labels, toNow(answer, service)))}
          chosen={chosen?.service}
          onChoose={(service) => setChosen({ ...toNewestStretch(answer, service), isNow: true })}
        />
      </Section>
      <LogAnomalies logs={answer.logs} patterns={answer.patterns ?? []} />
    </div>
  );
}

/** The trouble that a service is in now; the newest cell where it is in none. */
function toNow(answer: AnomaliesAnswer, service: string): HeatMapChoice {
  const { fromMs, toMs } = answer;
  const stretch = toNewestStretch(answer, service);
  return stretch.fromMs > fromMs ? stretch : { service, fromMs: toMs - answer.cellSeconds * 1000, toMs };
}

/** The stretch that a service is in now; the whole range where it is normal or not in the map. */
function toNewestStretch({ rows, cellSeconds, fromMs, toMs }: AnomaliesAnswer, service: string): HeatMapChoice {
  const row = rows.find((item) => item.service === service);
  const isOdd = row?.cells.at(-1)?.level !== 'normal';
  const stretch = row && isOdd ? toStretch(row, row.cells.length - 1, cellSeconds) : undefined;
  return stretch ?? { service, fromMs, toMs };
}

const getStyles = (theme: GrafanaTheme2) => ({
  muted: css({ color: theme.colors.text.secondary, margin: theme.spacing(0, 0, 2) }),
  column: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
});
