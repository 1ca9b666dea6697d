import React, { useEffect, useState, useSyncExternalStore } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, useStyles2 } from '@grafana/ui';
import { formatTimeOfDay, heatCellStyles, TEST_IDS } from '#ui';
import { describeStep, type TimeStep } from './time-steps.ts';

const PLAY_MS = 1200;
const REDUCED_MOTION = '(prefers-reduced-motion: reduce)';

/** A mark above the slider: an incident that began in the range. */
export interface TimeMark {
  readonly atMs: number;
  readonly text: string;
}

/**
 * Goes through the time range step by step: a slider for pointer and keys, a strip that shows where something was wrong,
 * and play, which is left out where the system asks for reduced motion.
 */
export function TimeScrubber(props: {
  readonly steps: readonly TimeStep[];
  readonly index: number;
  /** Whether the newest state is shown and keeps being renewed. */
  readonly live: boolean;
  readonly pending: boolean;
  readonly marks: readonly TimeMark[];
  readonly onStep: (index: number) => void;
  readonly onLive: () => void;
}) {
  const { steps, index, live, onStep } = props;
  const styles = useStyles2(getStyles);
  const still = useReducedMotion();
  const [playing, setPlaying] = useState(false);
  const last = steps.length - 1;
  const runs = playing && !still && index < last;
  useEffect(() => {
    if (!runs || props.pending) {
      return undefined;
    }
    const timer = setTimeout(() => onStep(index + 1), PLAY_MS);
    return () => clearTimeout(timer);
  }, [runs, props.pending, index, onStep]);
  const step = steps[index];
  if (!step) {
    return null;
  }
  const text = describeStep(step, formatTimeOfDay(step.atMs));
  return (
    <section className={styles.root} aria-label="Time" data-testid={TEST_IDS.topology.time}>
      <div className={styles.buttons}>
        <IconButton
          name="angle-left"
          size="lg"
          tooltip="One step back"
          disabled={index <= 0}
          onClick={() => onStep(index - 1)}
        />
        {!still && (
          <IconButton
            name={runs ? 'pause' : 'play'}
            size="lg"
            tooltip={runs ? 'Pause' : 'Play from here'}
            disabled={index >= last && !runs}
            onClick={() => setPlaying(!runs)}
            data-testid={TEST_IDS.topology.play}
          />
        )}
        <IconButton
          name="angle-right"
          size="lg"
          tooltip="One step on"
          disabled={index >= last}
          onClick={() => onStep(index + 1)}
        />
      </div>
      <div className={styles.track}>
        <Strip steps={steps} index={index} marks={props.marks} />
        <input
          type="range"
          className={styles.slider}
          min={0}
          max={last}
          step={1}
          value={index}
          aria-label="Shown time"
          aria-valuetext={live ? `newest, ${text}` : text}
          onChange={(event) => onStep(Number(event.currentTarget.value))}
          data-testid={TEST_IDS.topology.slider}
        />
        <Ends steps={steps} />
      </div>
      <div className={styles.shown}>
        <span data-testid={TEST_IDS.topology.shownTime}>
          {live ? 'Newest state' : `As it was at ${text}`}
          {props.pending && ', reading its calls …'}
        </span>
        {!live && (
          <Button size="sm" variant="secondary" onClick={props.onLive} data-testid={TEST_IDS.topology.live}>
            Back to the newest
          </Button>
        )}
      </div>
    </section>
  );
}

/** One field per step, by its worst level and with its digit; the slider below has the same words. */
function Strip({
  steps,
  index,
  marks,
}: {
  readonly steps: readonly TimeStep[];
  readonly index: number;
  readonly marks: readonly TimeMark[];
}) {
  const styles = useStyles2(getStyles);
  const looks = useStyles2(heatCellStyles);
  const from = steps[0]?.atMs ?? 0;
  const to = steps.at(-1)?.atMs ?? 1;
  return (
    <div className={styles.strip} aria-hidden>
      {steps.map((step, column) => (
        <span key={step.atMs} className={cx(styles.field, looks[step.level], column === index && styles.current)}>
          {SIGNS[step.level]}
        </span>
      ))}
      {marks
        .filter(({ atMs }) => atMs >= from && atMs <= to)
        .map(({ atMs, text }) => (
          <span
            key={`${atMs} ${text}`}
            className={styles.mark}
            style={{ left: `${((atMs - from) / Math.max(1, to - from)) * 100}%` }}
            title={text}
          >
            ▼
          </span>
        ))}
    </div>
  );
}

/** The first and the last instant of the slider. */
function Ends({ steps }: { readonly steps: readonly TimeStep[] }) {
  const styles = useStyles2(getStyles);
  const ends = [steps[0], steps.at(-1)].flatMap((step) => (step ? [step.atMs] : []));
  return (
    <div className={styles.ends} aria-hidden>
      {ends.map((atMs, index) => (
        <span key={index === 0 ? 'first' : 'last'}>{formatTimeOfDay(atMs)}</span>
      ))}
    </div>
  );
}

const SIGNS = { critical: '9', alert: '8', warning: '7', normal: '', unknown: '' } as const;

function useReducedMotion(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(REDUCED_MOTION);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(REDUCED_MOTION).matches
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1.5) }),
  buttons: css({ display: 'inline-flex', gap: theme.spacing(0.5) }),
  track: css({ flex: '1 1 260px', minWidth: 0, paddingTop: theme.spacing(1.5) }),
  strip: css({ position: 'relative', display: 'flex', gap: 1, margin: theme.spacing(0, 1) }),
  field: css({
    flex: '1 1 0',
    minWidth: 0,
    height: theme.spacing(1.75),
    overflow: 'hidden',
    textAlign: 'center',
    fontSize: 10,
    lineHeight: theme.spacing(1.75),
    border: `1px solid ${theme.colors.border.weak}`,
    // Digits that do not fit say nothing; the slider's words do.
    [theme.breakpoints.down('md')]: { fontSize: 0 },
  }),
  current: css({ boxShadow: `inset 0 0 0 2px ${theme.colors.text.primary}` }),
  mark: css({
    position: 'absolute',
    top: `-${theme.spacing(1.75)}`,
    transform: 'translateX(-50%)',
    color: theme.colors.error.text,
    fontSize: 10,
    lineHeight: theme.spacing(1.75),
  }),
  slider: css({
    display: 'block',
    width: '100%',
    margin: theme.spacing(0.25, 0, 0),
    accentColor: theme.colors.primary.main,
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  ends: css({
    display: 'flex',
    justifyContent: 'space-between',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  shown: css({ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
