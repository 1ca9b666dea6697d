import React from 'react';
import { Alert } from '@grafana/ui';
import type { RunbooksAnswer } from '#contracts';
import { TEST_IDS } from '#ui';

/** Files that the executor refuses: where, what, and what to do. */
export function FileProblems({ problems }: { readonly problems: RunbooksAnswer['problems'] }) {
  if (problems.length === 0) {
    return null;
  }
  const files = new Set(problems.map(({ source }) => source)).size;
  return (
    <Alert
      severity="error"
      title={`${files} ${files === 1 ? 'file is' : 'files are'} refused`}
      data-testid={TEST_IDS.runbooks.fileProblems}
    >
      The last good content of each stays in use.
      <ul>
        {problems.map(({ source, line, field, message, remedy }) => (
          <li key={`${source} ${line} ${field} ${message}`}>
            <code>
              {source}:{line}
            </code>{' '}
            {field !== '' && <strong>{field}</strong>} {message}
            <br />
            <strong>What to do:</strong> {remedy}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
