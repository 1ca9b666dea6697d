import React, { useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Input, TextLink, useStyles2 } from '@grafana/ui';
import type { AnomalyLevel, ServiceAnomaly, ServiceName } from '#model';
import { ColumnHeads } from './ColumnHeads.tsx';
import { AnomalyBadge } from './AnomalyBadge.tsx';
import { countLevels, LEVEL_LABELS, sortByUrgency, toLevel } from './level.ts';
import { SCORE_TEXTS as T } from './score-texts.ts';
import { describeSettling } from './settling-text.ts';
import { describeSignal } from './signal-text.ts';
import { EmptyState } from './states.tsx';
import { tableStyles } from './table-style.ts';
import { TEST_IDS } from './test-ids.ts';

const SHOWN_SIGNALS = 3;
const SUMMARY: readonly AnomalyLevel[] = ['critical', 'alert', 'warning', 'unknown', 'normal'];

/** Services by anomaly, most urgent first, with the signals that decided it. Unknown services stand before normal ones. */
export function ScoreTable(props: {
  readonly services: readonly ServiceAnomaly[];
  readonly linkFor: (service: ServiceName) => string;
}) {
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const rows = sortByUrgency(props.services).filter(({ service }) => service.toLowerCase().includes(wanted));
  const counts = countLevels(props.services);
  return (
    <div data-testid={TEST_IDS.overview.serviceTable}>
      <div className={styles.bar}>
        <Input
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          placeholder={T.filterHint}
          aria-label={T.filter}
          width={24}
          data-testid={TEST_IDS.overview.filter}
        />
        <span className={table.muted}>
          {SUMMARY.filter((level) => counts[level] > 0)
            .map((level) => `${counts[level]} ${LEVEL_LABELS[level].toLowerCase()}`)
            .join(', ')}
        </span>
      </div>
      {rows.length === 0 ? (
        <EmptyState title={wanted === '' ? T.none : T.noMatch(filter.trim())}>{wanted === '' && T.noneHint}</EmptyState>
      ) : (
        <div className={table.wrapper}>
          <table className={table.table}>
            <ColumnHeads names={Object.values(T.columns)} />
            <tbody>
              {rows.map((row) => (
                <ServiceRow key={row.service} row={row} href={props.linkFor(row.service)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function ServiceRow({ row, href }: { readonly row: ServiceAnomaly; readonly href: string }) {
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  const anomalous = toLevel(row.reading) !== 'normal';
  const odd = row.signals.filter(({ reading }) => toLevel(reading) !== 'normal');
  const strange = odd.filter(({ reading }) => anomalous || reading.kind === 'scored').slice(0, SHOWN_SIGNALS);
  const unknown = odd.filter(({ reading }) => reading.kind === 'unknown').length;
  return (
    <tr data-testid={TEST_IDS.overview.serviceRow} data-service={row.service} data-level={toLevel(row.reading)}>
      <th scope="row">
        <TextLink href={href} inline={false}>
          {row.service}
        </TextLink>
      </th>
      <td>
        <AnomalyBadge reading={row.reading} />
      </td>
      <td>
        {row.settling && <div>{describeSettling(row)}</div>}
        {strange.length === 0 ? (
          <span className={table.muted}>{unknown === 0 ? T.noSignal : T.noSignalButUnknown(unknown)}</span>
        ) : (
          <ul className={styles.signals}>
            {strange.map((signal) => (
              <li key={signal.signalId} className={cx(toLevel(signal.reading) === 'unknown' && table.muted)}>
                {describeSignal(signal)}
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(2),
    marginBottom: theme.spacing(1),
  }),
  signals: css({ listStyle: 'none', margin: 0, padding: 0 }),
});
