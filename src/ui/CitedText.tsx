import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { splitCitations } from './citations.ts';

/** The element id of a piece of evidence, where citations jump to. */
export function toEvidenceId(number: number): string {
  return `causeway-evidence-${number}`;
}

function jumpTo(number: number): void {
  const target = document.getElementById(toEvidenceId(number));
  target?.scrollIntoView({ block: 'center' });
  target?.focus();
}

/** Text whose `[n]` citations are buttons that jump to the evidence. The text is shown as text, never as HTML. */
export function CitedText({ text }: { readonly text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {splitCitations(text).map((part, index) =>
        part.kind === 'text' ? (
          <React.Fragment key={index}>{part.text}</React.Fragment>
        ) : (
          <Citation key={index} number={part.number} className={styles.citation} />
        )
      )}
    </>
  );
}

/** Citations without a text around them. */
export function Citations({ numbers }: { readonly numbers: readonly number[] }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {numbers.map((number) => (
        <Citation key={number} number={number} className={styles.citation} />
      ))}
    </>
  );
}

function Citation({ number, className }: { readonly number: number; readonly className: string }) {
  return (
    <button type="button" className={className} onClick={() => jumpTo(number)} aria-label={`Evidence ${number}`}>
      [{number}]
    </button>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  citation: css({
    border: 'none',
    background: 'none',
    padding: theme.spacing(0, 0.25),
    font: 'inherit',
    color: theme.colors.text.link,
    cursor: 'pointer',
    '&:hover': { textDecoration: 'underline' },
  }),
});
