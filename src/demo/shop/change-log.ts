import type { ChangeEvent, LogLine } from '#model';
import { NAMESPACE } from './topology.ts';

/** A change event as a line of the change-events stream. */
export function toChangeLine(change: ChangeEvent): LogLine {
  return {
    atMs: change.atMs,
    labels: { namespace: NAMESPACE, job: 'change-events' },
    line: JSON.stringify({
      ts: new Date(change.atMs).toISOString(),
      kind: change.kind,
      service: change.service,
      summary: change.summary,
      ...(change.version === undefined ? {} : { version: change.version }),
      ...(change.previousVersion === undefined ? {} : { previous_version: change.previousVersion }),
    }),
  };
}

/** The version after `version` when its patch level goes up. */
export function nextPatch(version: string): string {
  const at = version.lastIndexOf('.');
  return `${version.slice(0, at)}.${Number(version.slice(at + 1)) + 1}`;
}
