import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type SelectableValue } from '@grafana/data';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { readDemoBoot } from '../boot/demo-boot.ts';
import { setSpeed } from './demo-api.ts';

const REDRAW_MS = 500;
const SPEEDS: SelectableValue<number>[] = [1, 10, 60].map((value) => ({ value, label: `${value}x` }));

interface Shown {
  readonly nowMs: number;
  readonly speed: number;
}

/** The shop's time and how fast it runs. */
export function ClockControl() {
  const styles = useStyles2(getStyles);
  const [shown, setShown] = useState(readShown);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const timer = setInterval(() => setShown(readShown()), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  const change = async (speed: number): Promise<void> => {
    try {
      const reading = await setSpeed(speed);
      readDemoBoot().clockSource?.sync(reading);
      setShown(readShown());
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={styles.row}>
      <span>
        Shop time <time data-testid="demo-time">{dateTimeFormat(shown.nowMs, { format: 'HH:mm:ss' })}</time>
      </span>
      <RadioButtonGroup
        id="demo-speed"
        aria-label="Speed of the shop's time"
        size="sm"
        options={SPEEDS}
        value={shown.speed}
        onChange={(speed) => void change(speed)}
      />
      {problem && <span role="alert">{problem}</span>}
    </div>
  );
}

function readShown(): Shown {
  const clock = readDemoBoot().clockSource;
  return { nowMs: clock?.now() ?? Date.now(), speed: clock?.speed() ?? 1 };
}

function getStyles(theme: GrafanaTheme2) {
  return {
    row: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 2),
      fontVariantNumeric: 'tabular-nums',
    }),
  };
}
