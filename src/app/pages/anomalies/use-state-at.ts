import { useEffect, useState } from 'react';
import type { HeatMapChoice, Problem } from '#ui';
import type { ServiceAnomaly } from '#model';
import type { BackendClient } from '../../api/backend-client.ts';
import { isCancelled, toProblem } from '../../errors.ts';

/** How finely a stretch is searched for its peak. */
const CELLS = 240;

/** The state of a service, whether it is still being read, and why it cannot be. */
export interface StateAt {
  readonly state: ServiceAnomaly | undefined;
  readonly isReading: boolean;
  readonly problem?: Problem;
}

/** The newest state for a stretch that reaches until now; for one that is over, the state at its peak. */
export function useStateAt(
  backend: BackendClient,
  choice: HeatMapChoice & { readonly isNow: boolean },
  newest: ServiceAnomaly | undefined
): StateAt {
  const { service, fromMs, toMs, isNow } = choice;
  const [past, setPast] = useState<StateAt>({ state: undefined, isReading: true });
  useEffect(() => {
    if (isNow) {
      return undefined;
    }
    const controller = new AbortController();
    readPeak(backend, { service, fromMs, toMs }, controller.signal).then(
      (state) => setPast({ state, isReading: false }),
      (error: unknown) => {
        if (!controller.signal.aborted && !isCancelled(error)) {
          setPast({ state: undefined, isReading: false, problem: toProblem(error) });
        }
      }
    );
    return () => controller.abort();
  }, [backend, service, fromMs, toMs, isNow]);
  return isNow ? { state: newest, isReading: false } : past;
}

async function readPeak(
  backend: BackendClient,
  { service, fromMs, toMs }: HeatMapChoice,
  signal: AbortSignal
): Promise<ServiceAnomaly | undefined> {
  const { rows, cellSeconds } = await backend.anomalies({ fromMs, toMs }, CELLS, signal);
  const cells = rows.find((row) => row.service === service)?.cells ?? [];
  const peak = cells.reduce<(typeof cells)[number] | undefined>(
    (best, cell) => ((cell.score ?? -1) > (best?.score ?? -1) ? cell : best),
    undefined
  );
  const atMs = peak?.atMs ?? toMs;
  // The range ends with the peak: what stands in it at the end is its state.
  const { services } = await backend.anomalies({ fromMs: atMs - cellSeconds * 1000, toMs: atMs }, 1, signal);
  return services.find((state) => state.service === service);
}
