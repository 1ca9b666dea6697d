import type { MetricOfService } from '#model';
import type { SignalEvidence } from '../rca/signal-evidence.ts';
import { signalName } from './format.ts';

/**
 * A signal as people name it.
 *
 * @param item  scored signal
 * @returns the service it speaks about, its kind, words such as `p95 latency`, and its unit
 * Cost O(1).
 */
export function toMetric({ signal, owner }: SignalEvidence): MetricOfService {
  const other = signal.service === owner ? signal.peer : signal.service;
  const suffix = signal.id.split('/').slice(2).join('/');
  const name = signalName(signal.kind);
  const metric =
    signal.kind === 'client-latency' && other !== undefined
      ? `${name} (calls from ${other})`
      : /^p\d+$/.test(suffix)
        ? `${suffix} ${name}`
        : name;
  return { service: owner, signal: signal.kind, metric, unit: signal.unit };
}
