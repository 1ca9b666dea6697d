import React, { type ReactNode } from 'react';
import { ErrorState, LoadingState, StaleNotice } from '#ui';
import { APP_ERRORS } from './errors.ts';
import { PAGE_PATHS } from './routes.ts';
import type { Polled } from './use-polling.ts';

const CONFIGURABLE: readonly string[] = [APP_ERRORS.EXECUTOR_UNREACHABLE.code, APP_ERRORS.EXECUTOR_UNSET.code];

/** Shows polled data, or that they are being read, or why they cannot be; old data with a notice when reading fails. */
export function Reading<T>(props: {
  readonly polled: Polled<T>;
  readonly label: string;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, problem, updatedMs, refresh } = props.polled;
  if (data === undefined) {
    if (!problem) {
      return <LoadingState label={props.label} />;
    }
    const link = CONFIGURABLE.includes(problem.code ?? '')
      ? { href: PAGE_PATHS.configuration, text: 'Open configuration' }
      : undefined;
    return <ErrorState problem={problem} onRetry={refresh} {...(link ? { link } : {})} />;
  }
  return (
    <>
      {problem && <StaleNotice problem={problem} updatedMs={updatedMs} />}
      {props.children(data)}
    </>
  );
}
