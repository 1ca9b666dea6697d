import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { BacktestAnswer } from '#contracts';
import { toRcaUrl } from '#model';
import {
  EmptyState,
  formatDuration,
  formatMinute,
  formatRatio,
  formatScore,
  nameSignal,
  stackedTableStyles,
  tableStyles,
  TEST_IDS,
  ToneBadge,
} from '#ui';
import { formatStretch } from './stretch-text.ts';

const SHOWN = 200;

/** What the replay found: the figures, the alerts, and the known incidents with when each was seen. */
export function BacktestResult({ answer }: { readonly answer: BacktestAnswer }) {
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.column} data-testid={TEST_IDS.anomalies.backtestResult}>
      <dl className={styles.figures}>
        {toFigures(answer).map(([name, value]) => (
          <div key={name} className={styles.figure}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={table.muted}>{describeBasis(answer)}</p>
      {answer.incidents.length > 0 && <Incidents incidents={answer.incidents} />}
      {answer.alerts.length === 0 ? (
        <EmptyState title="No alert would have been raised" />
      ) : (
        <Alerts alerts={answer.alerts} />
      )}
    </div>
  );
}

/** The figures of a replay. Without known incidents nothing can be right or wrong, and that is said. */
export function toFigures(answer: BacktestAnswer): ReadonlyArray<readonly [name: string, value: string]> {
  const judged = answer.incidents.length > 0 || answer.alerts.some(({ hit }) => hit !== null);
  const count = (value: number) => (judged ? String(value) : 'nothing known');
  return [
    ['Alerts', String(answer.alerts.length)],
    ['Per service and day', answer.alertsPerServiceDay.toFixed(2)],
    ['Incidents found', judged ? `${answer.hits} of ${answer.hits + answer.misses}` : 'nothing known'],
    ['Missed', count(answer.misses)],
    ['False alarms', count(answer.falseAlarms)],
    ['Not judged', formatRatio(answer.unknownShare)],
  ];
}

/** On what the replay stands, in a sentence. */
export function describeBasis({ stepSeconds, warmUpMs, incidents }: BacktestAnswer): string {
  const known =
    incidents.length === 0
      ? 'No incident is known in this range: label some on the Services tab to see hits and misses.'
      : `Compared with ${incidents.length} known ${incidents.length === 1 ? 'incident' : 'incidents'}, from the ledger and from labels.`;
  return `One point every ${formatDuration(stepSeconds * 1000)}, after ${formatDuration(warmUpMs)} of history to learn from. ${known}`;
}

function Incidents({ incidents }: Pick<BacktestAnswer, 'incidents'>) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>Known incidents</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Stretch</th>
            <th scope="col">Known from</th>
            <th scope="col">Found</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((item) => (
            <tr key={`${item.service} ${item.fromMs} ${item.source}`}>
              <th scope="row">{item.service}</th>
              <td className={table.number}>{formatStretch(item.fromMs, item.toMs)}</td>
              <td data-label="Known from">{item.source === 'ledger' ? 'Incident' : 'Label'}</td>
              <td data-label="Found">
                {item.detectedMs === null ? (
                  <ToneBadge tone="warning" icon="times">
                    Missed
                  </ToneBadge>
                ) : (
                  `after ${formatDuration(item.detectedMs - item.fromMs)}`
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Alerts({ alerts }: Pick<BacktestAnswer, 'alerts'>) {
  const table = useStyles2(tableStyles);
  const rows = useStyles2(stackedTableStyles);
  return (
    <div className={table.wrapper}>
      <table className={cx(table.table, rows.stacked)}>
        <caption>
          {alerts.length > SHOWN
            ? `Alerts, the first ${SHOWN} of ${alerts.length}`
            : 'Alerts that would have been raised'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Signal</th>
            <th scope="col">Opened</th>
            <th scope="col">Lasted</th>
            <th scope="col">Highest score</th>
            <th scope="col">Was it right</th>
          </tr>
        </thead>
        <tbody>
          {alerts.slice(0, SHOWN).map((alert) => (
            <AlertRow key={`${alert.service} ${alert.signalId} ${alert.openedMs}`} alert={alert} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlertRow({ alert }: { readonly alert: BacktestAnswer['alerts'][number] }) {
  const table = useStyles2(tableStyles);
  const to = alert.closedMs ?? alert.openedMs + 3_600_000;
  return (
    <tr data-testid={TEST_IDS.anomalies.backtestAlert} data-hit={alert.hit ?? 'unknown'}>
      <th scope="row">
        <TextLink
          href={toRcaUrl({ service: alert.service, from: String(alert.openedMs - 1_800_000), to: String(to) })}
          inline={false}
        >
          {alert.service}
        </TextLink>
      </th>
      <td>{alert.signalId === '' ? 'the service' : nameSignal(alert.signalId)}</td>
      <td className={table.number}>{formatMinute(alert.openedMs)}</td>
      <td className={table.number} data-label="Lasted">
        {alert.closedMs === null ? 'still open' : formatDuration(alert.closedMs - alert.openedMs)}
      </td>
      <td className={table.number} data-label="Highest score">
        {formatScore(alert.peakScore)}
      </td>
      <td>{alert.hit === null ? 'not known' : alert.hit ? 'hit' : 'false alarm'}</td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  column: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0, '& p': { margin: 0 } }),
  figures: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: 0 }),
  figure: css({
    flex: '1 1 auto',
    padding: theme.spacing(1, 2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    '& dd': { margin: 0, fontSize: theme.typography.h3.fontSize, fontVariantNumeric: 'tabular-nums' },
  }),
});
