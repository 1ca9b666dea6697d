import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { TimeWindow } from '#model';
import { PLOT_MARGIN } from './SeriesPlot.tsx';
import { toShare } from './series-axis.ts';

/** What a vertical line stands for. */
export type SeriesMark = 'onset' | 'change' | 'bound' | 'cursor';

export interface SeriesMarkAt {
  readonly kind: SeriesMark;
  readonly atMs: number;
}

/** Vertical lines over the plots below, in the range that these show. Words beside the charts say the same. */
export function SeriesOverlay({
  range,
  marks,
  bottom = 0,
}: {
  readonly range: TimeWindow;
  readonly marks: readonly SeriesMarkAt[];
  /** Room below the lines, in CSS pixels. */
  readonly bottom?: number;
}) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.overlay} style={{ bottom }} aria-hidden>
      {marks.map(({ kind, atMs }, index) => {
        const share = toShare(atMs, range);
        return share === undefined ? null : (
          <span
            key={index}
            className={cx(styles.line, styles[kind])}
            style={{ left: `${share * 100}%` }}
            data-mark={kind}
          />
        );
      })}
    </div>
  );
}

/** The same line as a sign for the legend. */
export function MarkSign({ kind }: { readonly kind: SeriesMark | 'usual' }) {
  const styles = useStyles2(getStyles);
  return <span className={cx(styles.sign, styles[kind])} aria-hidden />;
}

const getStyles = (theme: GrafanaTheme2) => {
  const { error, warning, text, primary } = theme.colors;
  return {
    overlay: css({
      position: 'absolute',
      inset: 0,
      left: PLOT_MARGIN.left,
      right: PLOT_MARGIN.right,
      pointerEvents: 'none',
    }),
    line: css({ position: 'absolute', top: 0, bottom: 0, width: 0 }),
    sign: css({ display: 'inline-block', height: '1em', minWidth: 2, verticalAlign: 'text-bottom' }),
    onset: css({ borderLeft: `2px solid ${error.text}` }),
    change: css({ borderLeft: `2px dashed ${warning.text}` }),
    bound: css({ borderLeft: `2px dotted ${text.secondary}` }),
    cursor: css({ borderLeft: `1px solid ${primary.text}` }),
    usual: css({ width: '1.5em', background: text.secondary, opacity: 0.25 }),
  };
};
