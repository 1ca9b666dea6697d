import React, { type ReactNode } from 'react';
import { css, cx, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Icon, LinkButton, useStyles2 } from '@grafana/ui';
import { formatTime } from './format.ts';
import type { Problem } from './problem.ts';
import { TEST_IDS } from './test-ids.ts';

/** Nothing to show, and that is no fault: says why and what to do next. */
export function EmptyState(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly link?: { readonly href: string; readonly text: string };
}) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box} data-testid={TEST_IDS.state.empty}>
      <Icon name="info-circle" size="xl" />
      <div>
        <p className={styles.title}>{props.title}</p>
        {props.children !== undefined && <div className={styles.text}>{props.children}</div>}
        {props.link && (
          <LinkButton className={styles.action} variant="secondary" size="sm" href={props.link.href}>
            {props.link.text}
          </LinkButton>
        )}
      </div>
    </div>
  );
}

/** Something failed: who reports it, what happened, what to do. */
export function ErrorState(props: {
  readonly problem: Problem;
  readonly onRetry?: () => void;
  readonly link?: { readonly href: string; readonly text: string };
}) {
  const { problem } = props;
  const styles = useStyles2(getStyles);
  return (
    <Alert severity="error" title={`${problem.source}: ${problem.message}`} data-testid={TEST_IDS.state.error}>
      <p>
        <strong>What to do:</strong> {problem.remedy}
      </p>
      {problem.code !== undefined && <p className={styles.text}>Code {problem.code}</p>}
      {props.link && (
        <LinkButton className={styles.action} variant="secondary" size="sm" href={props.link.href}>
          {props.link.text}
        </LinkButton>
      )}
      {props.onRetry && (
        <Button className={styles.action} variant="secondary" size="sm" icon="sync" onClick={props.onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** Something is being read. `label` says what. */
export function LoadingState({ label }: { readonly label: string }) {
  const styles = useStyles2(getStyles);
  return (
    <output className={cx(styles.box, styles.loading)} aria-live="polite" data-testid={TEST_IDS.state.loading}>
      <Icon name="hourglass" size="lg" />
      <span>{label} …</span>
    </output>
  );
}

/** Older data are shown because reading them again failed. */
export function StaleNotice({ problem, updatedMs }: { readonly problem: Problem; readonly updatedMs: number }) {
  return (
    <Alert
      severity="warning"
      title={`Shown as of ${formatTime(updatedMs)}. ${problem.source}: ${problem.message}`}
      data-testid={TEST_IDS.state.stale}
    >
      {problem.remedy}
    </Alert>
  );
}

/** Sources that could not be read while the rest is shown. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  return (
    <>
      {problems.map((problem) => (
        <Alert
          key={`${problem.source} ${problem.message}`}
          severity="warning"
          title={`${problem.source}: ${problem.message}`}
          data-testid={TEST_IDS.state.error}
        >
          <strong>What to do:</strong> {problem.remedy}
        </Alert>
      ))}
    </>
  );
}

const pulse = keyframes({ '0%, 100%': { opacity: 1 }, '50%': { opacity: 0.5 } });

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex',
    gap: theme.spacing(2),
    alignItems: 'center',
    padding: theme.spacing(2),
    color: theme.colors.text.primary,
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  loading: css({
    [theme.transitions.handleMotion('no-preference')]: { animation: `${pulse} 1.6s ease-in-out infinite` },
  }),
  title: css({ margin: 0, fontWeight: theme.typography.fontWeightMedium }),
  text: css({ color: theme.colors.text.secondary, margin: 0 }),
  action: css({ marginTop: theme.spacing(1), marginRight: theme.spacing(1) }),
});
