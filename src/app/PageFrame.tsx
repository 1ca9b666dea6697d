import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** The column a page stands in. */
export function PageFrame({
  testId,
  children,
  grow,
}: {
  readonly testId: string;
  readonly children: ReactNode;
  readonly grow?: boolean;
}) {
  const styles = useStyles2(getStyles);
  return (
    <div className={grow === true ? styles.grow : styles.frame} data-testid={testId}>
      {children}
    </div>
  );
}

/** A part of a page with a heading. */
export function Section({
  title,
  children,
  testId,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly testId?: string;
}) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.section} data-testid={testId}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const frame = {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    width: '100%',
    minWidth: 0,
  } as const;
  return {
    frame: css(frame),
    grow: css({ ...frame, flexGrow: 1, minHeight: 0 }),
    section: css({ minWidth: 0, '& > ul:not([class]), & > ol:not([class])': { paddingLeft: theme.spacing(2.5) } }),
    title: css({ fontSize: theme.typography.h4.fontSize, margin: theme.spacing(0, 0, 1) }),
  };
};
