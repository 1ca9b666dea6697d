import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { CausalEffect, EffectInterval } from '#model';

/** Wider intervals are cut: they say little but that little is known. */
const WIDEST: readonly [number, number] = [-0.5, 1.5];

/** The shares that all bars of a table are drawn over: nothing and all of the change at least. */
export function toShareDomain(effects: readonly CausalEffect[]): readonly [number, number] {
  const bounds = effects.flatMap(({ share }) =>
    share ? [share.value, share.low ?? -Infinity, share.high ?? Infinity] : []
  );
  return [Math.max(WIDEST[0], Math.min(0, ...bounds)), Math.min(WIDEST[1], Math.max(1, ...bounds))];
}

/** An effect with its interval between none and all of the change. The numbers beside it say the same. */
export function ShareBar({
  share: { value, low, high },
  domain: [from, to],
}: {
  readonly share: EffectInterval;
  readonly domain: readonly [number, number];
}) {
  const styles = useStyles2(getStyles);
  const at = (share: number) => `${(100 * (Math.min(to, Math.max(from, share)) - from)) / (to - from)}%`;
  return (
    <span className={styles.track} aria-hidden>
      {[0, 1].map((mark) => (
        <span key={mark} className={styles.mark} style={{ left: at(mark) }} />
      ))}
      <span className={styles.interval} style={{ left: at(low ?? from), right: `calc(100% - ${at(high ?? to)})` }} />
      <span className={styles.value} style={{ left: at(value) }} />
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  track: css({ position: 'relative', display: 'block', height: theme.spacing(1.5), margin: theme.spacing(0.25, 0.5) }),
  mark: css({ position: 'absolute', top: 0, bottom: 0, borderLeft: `1px solid ${theme.colors.border.strong}` }),
  interval: css({
    position: 'absolute',
    top: '50%',
    height: 2,
    transform: 'translateY(-50%)',
    background: theme.colors.text.secondary,
  }),
  value: css({
    position: 'absolute',
    top: '50%',
    width: theme.spacing(1),
    height: theme.spacing(1),
    transform: 'translate(-50%, -50%)',
    borderRadius: theme.shape.radius.circle,
    background: theme.colors.primary.text,
  }),
});
