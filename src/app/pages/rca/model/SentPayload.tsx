import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import { TEST_IDS } from '#ui';
import { MODEL_TEXTS as T } from '../rca-texts.ts';
import { prettyJson } from './pretty-json.ts';

/** Exactly what goes, or went, to a language model, with what was hidden in it. */
export function SentPayload({
  destination,
  body,
  hidden,
  withheld = [],
}: {
  readonly destination: string;
  /** JSON. */
  readonly body: string;
  /** How many values were hidden, by kind; undefined where that is not told. */
  readonly hidden: Readonly<Partial<Record<string, number>>> | undefined;
  readonly withheld?: readonly string[];
}) {
  const styles = useStyles2(getStyles);
  const kinds = Object.entries(hidden ?? {}).filter(([, count]) => (count ?? 0) > 0);
  const text = prettyJson(body);
  return (
    <div>
      <p>{destination}</p>
      {hidden && (
        <p>
          {kinds.length === 0
            ? T.hiddenNothing
            : `${T.hidden} ${kinds.map(([kind, count]) => `${count} × ${kind}`).join(', ')}.`}
        </p>
      )}
      {withheld.length > 0 && (
        <>
          <p>{T.withheld(withheld.length)}</p>
          <ul>
            {withheld.map((place) => (
              <li key={place}>{place}</li>
            ))}
          </ul>
        </>
      )}
      {/* Scrolled with the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.body} tabIndex={0} data-testid={TEST_IDS.rca.previewBody}>
        {text}
      </pre>
      <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => body}>
        {T.copy}
      </ClipboardButton>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  body: css({
    maxHeight: 360,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    background: theme.colors.background.secondary,
    padding: theme.spacing(1),
  }),
});
