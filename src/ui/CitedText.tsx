import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { splitCitations } from './citations.ts';

/** The element id of a piece of evidence, where citations jump to. `scope` names facts that only one answer has. */
export function toEvidenceId(number: number, scope = ''): string {
  return scope === '' ? `causeway-evidence-${number}` : `causeway-evidence-${scope}-${number}`;
}

/** Shows and marks the evidence: a fact of the answer itself, else that of the report. */
function jumpTo(number: number, scope: string | undefined): void {
  const target = document.getElementById(toEvidenceId(number, scope)) ?? document.getElementById(toEvidenceId(number));
  for (let parent = target?.parentElement; parent; parent = parent.parentElement) {
    if (parent instanceof HTMLDetailsElement) {
      parent.open = true;
    }
  }
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
export function Citations({ numbers, scope }: { readonly numbers: readonly number[]; readonly scope?: string }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {numbers.map((number) => (
        <Citation key={number} number={number} scope={scope} className={styles.citation} />
      ))}
    </>
  );
}

function Citation(props: { readonly number: number; readonly scope?: string | undefined; readonly className: string }) {
  const { number, scope, className } = props;
  return (
    <button type="button" className={className} onClick={() => jumpTo(number, scope)} aria-label={`Evidence ${number}`}>
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
