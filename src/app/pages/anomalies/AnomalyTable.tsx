import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { SeriesQuality, ServiceAnomaly } from '#model';
import {
  AnomalyBadge,
  describeExplanation,
  describeFeatures,
  describeSettling,
  sortByUrgency,
  tableStyles,
  TEST_IDS,
  toLevel,
  ToneBadge,
  VERDICT_TEXTS,
} from '#ui';
import { describeQuality } from './data-quality.ts';

/** The newest state of every service, most urgent first, with what made it so. */
export function AnomalyTable(props: {
  readonly services: readonly ServiceAnomaly[];
  readonly quality: readonly SeriesQuality[];
  readonly chosen: string | undefined;
  readonly onChoose: (service: string) => void;
}) {
  const table = useStyles2(tableStyles);
  const young = props.services.filter(({ detection }) => detection?.shortHistory === true).length;
  return (
    <div className={table.wrapper}>
      <table className={table.table}>
        {young > 0 && (
          <caption>
            {`${young} of ${props.services.length} services are judged on little history: expect more false alarms until two weeks are there.`}
          </caption>
        )}
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Score</th>
            <th scope="col">Verdict</th>
            <th scope="col">Why</th>
            <th scope="col">Data quality</th>
          </tr>
        </thead>
        <tbody>
          {sortByUrgency(props.services).map((state) => (
            <Row
              key={state.service}
              state={state}
              quality={props.quality.filter(({ service }) => service === state.service)}
              chosen={state.service === props.chosen}
              onChoose={props.onChoose}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: {
  readonly state: ServiceAnomaly;
  readonly quality: readonly SeriesQuality[];
  readonly chosen: boolean;
  readonly onChoose: (service: string) => void;
}) {
  const { state, chosen } = props;
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  const verdict = state.detection && VERDICT_TEXTS[state.detection.verdict];
  const isWell = verdict?.tone === 'success';
  return (
    <tr
      className={chosen ? styles.chosen : undefined}
      data-testid={TEST_IDS.anomalies.service}
      data-service={state.service}
      data-level={toLevel(state.reading)}
    >
      <th scope="row">
        <Button
          size="sm"
          fill="text"
          aria-label={`Details of ${state.service}`}
          aria-pressed={chosen}
          onClick={() => props.onChoose(state.service)}
          data-testid={TEST_IDS.anomalies.open}
        >
          {state.service}
        </Button>
      </th>
      <td>
        <AnomalyBadge reading={state.reading} />
      </td>
      <td>
        {verdict ? (
          <ToneBadge tone={verdict.tone} icon={isWell ? 'check-circle' : 'info-circle'}>
            {verdict.text}
          </ToneBadge>
        ) : (
          <span className={table.muted}>none</span>
        )}
      </td>
      <td className={styles.why}>{describeWhy(state)}</td>
      <td className={table.muted}>{describeQuality(props.quality)}</td>
    </tr>
  );
}

/** Why a service is where it is: the features of an anomalous one, else the note of its verdict. */
export function describeWhy(state: ServiceAnomaly): string {
  const { reading, detection, signals } = state;
  if (state.settling) {
    return describeSettling(state);
  }
  if (toLevel(reading) === 'normal') {
    return detection === undefined || detection.verdict === 'OK' ? '' : detection.note;
  }
  const features = detection ? describeFeatures(detection) : '';
  const sentence = signals[0]?.explanation ? describeExplanation(signals[0].explanation) : '';
  const note = detection?.note ?? '';
  return reading.kind === 'unknown' ? note : features || sentence || note;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // A background would take the contrast from what stands on it.
  chosen: css({ boxShadow: `inset 3px 0 0 ${theme.colors.primary.border}` }),
  why: css({ minWidth: theme.spacing(30), [theme.breakpoints.down('md')]: { minWidth: theme.spacing(22) } }),
});
