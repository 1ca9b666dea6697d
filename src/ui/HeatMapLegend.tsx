import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AnomalyLevel } from '#model';
import { heatCellStyles } from './heat-cell-style.ts';
import { LEVEL_LABELS } from './level.ts';
import { TEST_IDS } from './test-ids.ts';
import { legendStyles } from './legend-style.ts';

const ITEMS: ReadonlyArray<readonly [level: AnomalyLevel, sign: string, text: string]> = [
  ['normal', '', 'below 0.70'],
  ['warning', '7', 'from 0.70'],
  ['alert', '8', 'from 0.80'],
  ['critical', '9', 'from 0.90'],
  ['unknown', '', 'not judged, not normal'],
];

/** What colours, digits and stripes mean. */
export function HeatMapLegend() {
  const styles = useStyles2(getStyles);
  const looks = useStyles2(heatCellStyles);
  return (
    <ul className={styles.list} aria-label="Legend" data-testid={TEST_IDS.heatMap.legend}>
      {ITEMS.map(([level, sign, text]) => (
        <li key={level} className={styles.item}>
          <span className={cx(styles.swatch, looks[level])} aria-hidden>
            {sign}
          </span>
          {LEVEL_LABELS[level]}, {text}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ...legendStyles(theme),
  swatch: css({
    width: theme.spacing(2.5),
    height: theme.spacing(2),
    lineHeight: theme.spacing(2),
    textAlign: 'center',
    borderRadius: 2,
    border: `1px solid ${theme.colors.border.medium}`,
  }),
});
