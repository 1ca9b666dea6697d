import React, { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, type ComboboxOption, Field, Input, useStyles2 } from '@grafana/ui';
import type { BacktestAnswer } from '#contracts';
import { DETECTOR_LABELS, ErrorState, LoadingState, type Problem, TEST_IDS } from '#ui';
import { isCancelled, toProblem } from '../../errors.ts';
import type { AnomalyTabProps } from './tab-props.ts';
import { type BacktestDraft, checkBacktest } from './backtest-draft.ts';
import { BacktestResult } from './BacktestResult.tsx';
import { formatStretch } from './stretch-text.ts';

const DETECTORS: ComboboxOption[] = [
  { value: 'ensemble', label: 'All detectors together', description: 'The score that alert rules use' },
  { value: 'verdict', label: 'Verdict of the service', description: 'Critical or warning by the hybrid table' },
  { value: 'day-three-sigma', label: 'Rule: 24 h mean + 3 sigma', description: 'As documented; no score' },
  { value: 'weekly-band', label: 'Rule: weekly band', description: 'As documented; no score' },
  ...Object.entries(DETECTOR_LABELS).map(([value, label]) => ({ value, label, description: 'One detector alone' })),
];

/** Replays a detector or a rule over the time range of the page: which alerts would have been raised, and were they right. */
export function BacktestTab({ backend, window, service }: AnomalyTabProps) {
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState<BacktestDraft>({ service: service ?? '', detector: 'ensemble', threshold: '0.8' });
  const set = (change: Partial<BacktestDraft>) => setDraft((old) => ({ ...old, ...change }));
  const { error, running, answer, problem, start, cancel } = useBacktest({ backend, window, draft });
  const services = useServiceNames(backend);
  return (
    <>
      <p>
        Replays the time range of the page, {formatStretch(window.fromMs, window.toMs)}, as if it were happening now.
        Nobody is notified.
      </p>
      <form className={styles.form} onSubmit={start} noValidate data-testid={TEST_IDS.anomalies.backtestForm}>
        <Field label="Service" htmlFor="causeway-backtest-service" noMargin>
          <Combobox
            id="causeway-backtest-service"
            width={30}
            createCustomValue
            value={draft.service}
            options={[{ value: '', label: 'All services' }, ...services.map((value) => ({ value, label: value }))]}
            onChange={({ value }) => set({ service: value })}
          />
        </Field>
        <Field label="Detector or rule" htmlFor="causeway-backtest-detector" noMargin>
          <Combobox
            id="causeway-backtest-detector"
            width={34}
            value={draft.detector}
            options={DETECTORS}
            onChange={({ value }) => set({ detector: value })}
          />
        </Field>
        <Field
          label="Alert from score"
          htmlFor="causeway-backtest-threshold"
          invalid={error !== undefined}
          error={error}
          noMargin
        >
          <Input
            id="causeway-backtest-threshold"
            width={14}
            type="number"
            step={0.05}
            min={0}
            max={1}
            value={draft.threshold}
            onChange={(event) => set({ threshold: event.currentTarget.value })}
          />
        </Field>
        {running ? (
          <Button type="button" variant="secondary" onClick={cancel}>
            Cancel
          </Button>
        ) : (
          <Button type="submit" data-testid={TEST_IDS.anomalies.backtestRun}>
            Run
          </Button>
        )}
      </form>
      {running && <LoadingState label="Replaying the history; long ranges take a while" />}
      {problem && <ErrorState problem={problem} />}
      {answer && !running && <BacktestResult answer={answer} />}
    </>
  );
}

function useBacktest({
  backend,
  window,
  draft,
}: Pick<AnomalyTabProps, 'backend' | 'window'> & { readonly draft: BacktestDraft }) {
  const [tried, setTried] = useState(false);
  const [state, setState] = useState<{ answer?: BacktestAnswer; problem?: Problem; running: boolean }>({
    running: false,
  });
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const checked = checkBacktest(window, draft);
  const run = async () => {
    setTried(true);
    if (!('value' in checked)) {
      return;
    }
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    setState({ running: true });
    try {
      setState({ running: false, answer: await backend.backtest(checked.value, own.signal) });
    } catch (error) {
      setState({ running: false, ...(isCancelled(error) ? {} : { problem: toProblem(error) }) });
    }
  };
  return {
    error: tried && 'error' in checked ? checked.error : undefined,
    ...state,
    start: (event: SyntheticEvent) => {
      event.preventDefault();
      void run();
    },
    cancel: () => controller.current?.abort(),
  };
}

/** Names for the list; the field takes any text, so that it works without them. */
function useServiceNames(backend: AnomalyTabProps['backend']): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    backend.features(controller.signal).then(
      ({ features }) => setNames([...new Set(features.map(({ service }) => service))].toSorted()),
      () => undefined
    );
    return () => controller.abort();
  }, [backend]);
  return names;
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    gap: theme.spacing(1.5),
    marginBottom: theme.spacing(2),
  }),
});
