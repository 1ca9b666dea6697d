import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { Section } from '../../PageFrame.tsx';
import { PART_TEXTS } from './rca-texts.ts';

/** A part of a report: its heading, and what stands below it. */
export interface ReportPart {
  readonly title: string;
  readonly content: ReactNode;
  readonly testId?: string;
}

const toPartId = (title: string) => `causeway-part-${title.toLowerCase().replaceAll(' ', '-')}`;

function goTo(title: string): void {
  const part = document.getElementById(toPartId(title));
  part?.scrollIntoView({ block: 'start' });
  part?.focus({ preventScroll: true });
}

/** The way to each part of a long report. */
export function ReportNavigation({ parts }: { readonly parts: readonly ReportPart[] }) {
  const styles = useStyles2(getStyles);
  return (
    <nav className={styles.navigation} aria-label={PART_TEXTS.parts} data-testid={TEST_IDS.rca.parts}>
      {parts.map(({ title }) => (
        <button key={title} type="button" className={styles.link} onClick={() => goTo(title)}>
          {title}
        </button>
      ))}
    </nav>
  );
}

/** The parts below each other. */
export function ReportParts({ parts }: { readonly parts: readonly ReportPart[] }) {
  const styles = useStyles2(getStyles);
  return parts.map(({ title, content, testId }) => (
    <div key={title} id={toPartId(title)} className={styles.part} tabIndex={-1}>
      <Section title={title} {...(testId === undefined ? {} : { testId })}>
        {content}
      </Section>
    </div>
  ));
}

const getStyles = (theme: GrafanaTheme2) => ({
  navigation: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2) }),
  link: css({
    padding: 0,
    border: 'none',
    background: 'none',
    font: 'inherit',
    color: theme.colors.text.link,
    cursor: 'pointer',
    '&:hover': { textDecoration: 'underline' },
  }),
  part: css({
    minWidth: 0,
    // Below what stays at the top of the window.
    scrollMarginTop: theme.spacing(15),
    '&:focus': { outline: 'none' },
  }),
});
