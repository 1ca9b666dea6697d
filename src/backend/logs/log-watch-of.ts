import type { Datasource } from '../datasource/datasource.ts';
import { createLogWatch, type LogWatch } from './log-watch.ts';

const watches = new WeakMap<object, LogWatch>();

/** The log watch of a datasource, made at the first call; undefined where no Loki is configured. */
export function logWatchOf(datasource: Pick<Datasource, 'upstreams' | 'settings'>): LogWatch | undefined {
  const { loki } = datasource.upstreams;
  const known = watches.get(datasource);
  if (known || !loki) {
    return known;
  }
  const { namespace, watch } = datasource.settings;
  const created = createLogWatch({ loki, namespace, historyMinutes: watch.historyMinutes });
  watches.set(datasource, created);
  return created;
}
