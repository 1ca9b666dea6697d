import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AnomalyLabelRecord } from '#contracts';
import type { SeriesQuality, ServiceAnomaly } from '#model';
import { AnomalyBadge, stackedTableStyles, tableStyles, TEST_IDS, toLevel, ToneBadge, VERDICT_TEXTS } from '#ui';
import { describeQuality } from './data-quality.ts';
import { LabelNotes } from './LabelNotes.tsx';
import { describeWhy, sortForCall } from './why-text.ts';

/** The newest state of every service, most urgent first, with what made it so and what people said about it. */
export function AnomalyTable(props: {
  readonly services: readonly ServiceAnomaly[];
  readonly quality: readonly SeriesQuality[];
  /** Labels of what is going on now. */
  readonly labels: readonly AnomalyLabelRecord[];
  readonly chosen: string | undefined;
  readonly onChoose: (service: string) => void;
}) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const young = props.services.filter(({ detection }) => detection?.shortHistory === true).length;
  return (
    <>
      {young > 0 && (
        <p className={table.muted}>
          {`${young} of ${props.services.length} services are judged on little history: expect more false alarms until two weeks are there.`}
        </p>
      )}
      <div className={table.wrapper}>
        <table className={cx(table.table, rows.stacked)}>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Score</th>
              <th scope="col">Model verdict</th>
              <th scope="col">Why</th>
              <th scope="col">Data quality</th>
            </tr>
          </thead>
          <tbody>
            {sortForCall(props.services).map((state) => (
              <Row
                key={state.service}
                state={state}
                quality={props.quality.filter(({ service }) => service === state.service)}
                labels={props.labels.filter(({ service }) => service === state.service)}
                chosen={state.service === props.chosen}
                onChoose={props.onChoose}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Row(props: {
  readonly state: ServiceAnomaly;
  readonly quality: readonly SeriesQuality[];
  readonly labels: readonly AnomalyLabelRecord[];
  readonly chosen: boolean;
  readonly onChoose: (service: string) => void;
}) {
  const { state, chosen } = props;
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  const styles = useStyles2(getStyles);
  const verdict = state.detection && VERDICT_TEXTS[state.detection.verdict];
  const quality = describeQuality(props.quality);
  const isWell = verdict?.tone === 'success';
  return (
    <tr
      className={chosen ? styles.chosen : undefined}
      data-testid={TEST_IDS.anomalies.service}
      data-service={state.service}
      data-level={toLevel(state.reading)}
    >
      <th scope="row">
        <button
          type="button"
          className={styles.name}
          aria-label={`Details of ${state.service}`}
          aria-pressed={chosen}
          onClick={() => props.onChoose(state.service)}
          data-testid={TEST_IDS.anomalies.open}
        >
          {state.service}
        </button>
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
          <span className={table.muted}>no model</span>
        )}
      </td>
      <td className={cx(styles.why, rows.line)}>
        {describeWhy(state)}
        <LabelNotes labels={props.labels} />
      </td>
      <td className={cx(table.muted, rows.line, quality === 'OK' && rows.wideOnly)} data-label="Data">
        {quality}
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // A background would take the contrast from what stands on it.
  chosen: css({ boxShadow: `inset 3px 0 0 ${theme.colors.primary.border}` }),
  name: css({
    padding: theme.spacing(0.25, 0),
    border: 0,
    background: 'none',
    color: theme.colors.text.link,
    font: 'inherit',
    textAlign: 'left',
    '&:hover': { textDecoration: 'underline' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: 1 },
  }),
  why: css({ minWidth: theme.spacing(22) }),
});
