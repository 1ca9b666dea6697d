import type { Labels } from '#model';
import type { SignalOwner } from './signal-query.ts';

/**
 * Reads the service from a label, and suffix parts from others.
 * @returns a function that yields undefined where the service label is missing or empty
 */
export function ownedBy(
  label: string,
  extra: { readonly peer?: string; readonly suffix?: string; readonly suffixLabel?: string } = {}
): (labels: Labels) => SignalOwner | undefined {
  return (labels) => {
    const service = labels[label];
    if (!service) {
      return undefined;
    }
    const peer = extra.peer === undefined ? undefined : labels[extra.peer];
    const suffix = [extra.suffix, extra.suffixLabel === undefined ? undefined : labels[extra.suffixLabel]]
      .filter((part) => part !== undefined && part !== '')
      .join('/');
    return { service, ...(peer ? { peer } : {}), ...(suffix ? { suffix } : {}) };
  };
}

/** Reads the service from an exporter's `instance`: scheme, port and path are no part of the name. */
export function ownedByInstance(extra: { readonly suffix?: string } = {}): (labels: Labels) => SignalOwner | undefined {
  return (labels) => {
    const service = toHostName(labels['instance'] ?? '');
    return service === '' ? undefined : { service, ...extra };
  };
}

/** The host of `redis://redis:6379`, `redis:9121` or `redis`. */
export function toHostName(instance: string): string {
  const address = instance.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '');
  return address.replace(/^.*@/, '').replace(/:\d+$/, '');
}
