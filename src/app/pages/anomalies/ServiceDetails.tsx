import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, LinkButton, useStyles2 } from '@grafana/ui';
import type { AnomalyLabelRecord } from '#contracts';
import { type SeriesQuality, type ServiceAnomaly, toRcaUrl } from '#model';
import {
  AnomalyBadge,
  describeSettling,
  ErrorState,
  formatDuration,
  formatMinute,
  type HeatMapChoice,
  LoadingState,
  nameSignal,
  QUALITY_LABELS,
  TEST_IDS,
  ToneBadge,
  VERDICT_TEXTS,
} from '#ui';
import type { BackendClient } from '../../api/backend-client.ts';
import { isFault } from './data-quality.ts';
import { LabelForm } from './LabelForm.tsx';
import { LabelNotes } from './LabelNotes.tsx';
import { DetectorShares, FeatureShares } from './Shares.tsx';
import { SignalTable } from './SignalTable.tsx';
import { formatStretch } from './stretch-text.ts';
import { useStateAt } from './use-state-at.ts';

/** How much of the time before a stretch the analysis looks at as well. */
const LEAD_MS = 30 * 60_000;

/** A service and a stretch that somebody chose, and whether it reaches until now. */
export type DetailsChoice = HeatMapChoice & { readonly isNow: boolean };

/**
 * One service: its verdict and what made it, the state of its data, the way to the cause, and the form to label a
 * stretch. Of a stretch that is over the state at its peak is shown.
 */
export function ServiceDetails(props: {
  readonly backend: BackendClient;
  readonly choice: DetailsChoice;
  readonly newest: ServiceAnomaly | undefined;
  readonly quality: readonly SeriesQuality[];
  /** What people said about the stretch. */
  readonly labels: readonly AnomalyLabelRecord[];
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const { choice } = props;
  const { state, isReading, problem } = useStateAt(props.backend, choice, props.newest);
  const styles = useStyles2(getStyles);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('section')?.scrollIntoView({ block: 'start' });
  }, []);
  const rca = toRcaUrl({
    service: choice.service,
    from: String(choice.fromMs - LEAD_MS),
    to: String(choice.toMs),
  });
  return (
    <section
      className={styles.box}
      aria-label={`Details of ${choice.service}`}
      data-testid={TEST_IDS.anomalies.details}
    >
      <div className={styles.head}>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          {choice.service}
        </h2>
        <span className={styles.muted}>
          {formatStretch(choice.fromMs, choice.toMs)} ({formatDuration(choice.toMs - choice.fromMs)})
        </span>
        <LinkButton href={rca} icon="search" size="sm">
          Find the root cause
        </LinkButton>
        <Button
          variant="secondary"
          size="sm"
          icon="times"
          onClick={props.onClose}
          data-testid={TEST_IDS.anomalies.close}
        >
          Close
        </Button>
      </div>
      <LabelNotes labels={props.labels} />
      {isReading && <LoadingState label="Reading the state at that time" />}
      {problem && <ErrorState problem={problem} />}
      {!isReading && !problem && (
        <Verdict state={state} isNow={choice.isNow} quality={choice.isNow ? props.quality : []} />
      )}
      <LabelForm choice={choice} onSaved={props.onChanged} />
      {state?.detection && (
        <div className={styles.shares}>
          <FeatureShares features={state.detection.features} />
          <DetectorShares members={state.detection.members} />
        </div>
      )}
    </section>
  );
}

function Verdict({
  state,
  isNow,
  quality,
}: {
  readonly state: ServiceAnomaly | undefined;
  readonly isNow: boolean;
  readonly quality: readonly SeriesQuality[];
}) {
  const styles = useStyles2(getStyles);
  if (!state) {
    return <p className={styles.muted}>The service was not judged then.</p>;
  }
  const { detection } = state;
  const verdict = detection && VERDICT_TEXTS[detection.verdict];
  const bad = quality.filter((item) => isFault(item.verdict));
  return (
    <>
      <p className={styles.line}>
        <span className={styles.muted}>
          {isNow ? 'Now' : 'At its peak'}, {formatMinute(state.atMs)}:
        </span>{' '}
        <AnomalyBadge reading={state.reading} />
        {verdict && (
          <ToneBadge tone={verdict.tone} icon="info-circle">
            Model verdict: {verdict.text}
          </ToneBadge>
        )}
        {detection && <span>{detection.note}</span>}
        {state.settling && <span>{describeSettling(state)}</span>}
      </p>
      <SignalTable signals={state.signals} quality={quality} />
      {bad.length > 0 && (
        <p>
          <strong>Data quality: </strong>
          {bad
            .map((item) => `${QUALITY_LABELS[item.verdict].toLowerCase()} in ${nameSignal(item.signalId)}`)
            .join(', ')}
          .
        </p>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
    // Below what stays at the top of the window.
    scrollMarginTop: theme.spacing(15),
  }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    marginBottom: theme.spacing(1),
  }),
  title: css({ margin: 0, fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }),
  muted: css({ color: theme.colors.text.secondary }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1.5) }),
  shares: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${theme.spacing(40)}), 1fr))`,
    gap: theme.spacing(2),
    marginTop: theme.spacing(2),
  }),
});
