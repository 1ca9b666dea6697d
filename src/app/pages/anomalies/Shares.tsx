import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DetectorShare, FeatureShare } from '#model';
import { describeDetector, formatRatio, nameSignal } from '#ui';

const SHOWN = 6;
/** Smaller shares would read as 0 %. */
const LEAST = 0.005;

/** What each signal adds to what the model of a service says. */
export function FeatureShares({ features }: { readonly features: readonly FeatureShare[] }) {
  return (
    <Bars
      title="What moved the model: signals"
      empty="No signal stands out."
      items={features.map(({ signalId, share }) => ({ key: signalId, name: nameSignal(signalId), share }))}
    />
  );
}

/** What each detector of the model adds. */
export function DetectorShares({ members }: { readonly members: readonly DetectorShare[] }) {
  return (
    <Bars
      title="What moved the model: detectors"
      empty="No detector has an opinion yet."
      items={members.map(({ detector, share, surprisal }) => ({
        key: detector,
        name: describeDetector(detector),
        share,
        ...(Number.isFinite(surprisal) ? {} : { note: 'no opinion' }),
      }))}
    />
  );
}

interface Item {
  readonly key: string;
  readonly name: string;
  readonly share: number;
  readonly note?: string;
}

function Bars({
  title,
  empty,
  items,
}: {
  readonly title: string;
  readonly empty: string;
  readonly items: readonly Item[];
}) {
  const styles = useStyles2(getStyles);
  const shown = items.filter(({ share }) => share >= LEAST).toSorted((a, b) => b.share - a.share);
  const rest = shown.length - SHOWN;
  return (
    <div>
      <h3 className={styles.title}>{title}</h3>
      {shown.length === 0 ? (
        <p className={styles.note}>{empty}</p>
      ) : (
        <ul className={styles.list}>
          {shown.slice(0, SHOWN).map(({ key, name, share, note }) => (
            <li key={key} className={styles.item}>
              <span className={styles.bar} style={{ width: `${Math.min(1, share) * 100}%` }} aria-hidden />
              <span className={styles.name}>{name}</span>
              <span className={styles.value}>{formatRatio(Math.round(share * 100) / 100)}</span>
              {note !== undefined && <span className={styles.note}>{note}</span>}
            </li>
          ))}
          {rest > 0 && <li className={styles.note}>{rest === 1 ? 'one smaller one' : `${rest} smaller ones`}</li>}
        </ul>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ fontSize: theme.typography.h6.fontSize, margin: theme.spacing(0, 0, 0.5) }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  item: css({
    position: 'relative',
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(0.25, 1),
    marginBottom: theme.spacing(0.25),
    background: theme.colors.background.secondary,
  }),
  bar: css({ position: 'absolute', inset: 0, right: 'auto', background: theme.colors.info.transparent }),
  name: css({ position: 'relative', flexGrow: 1 }),
  value: css({
    position: 'relative',
    fontVariantNumeric: 'tabular-nums',
    minWidth: theme.spacing(5),
    textAlign: 'right',
  }),
  note: css({ position: 'relative', color: theme.colors.text.secondary, margin: 0 }),
});
