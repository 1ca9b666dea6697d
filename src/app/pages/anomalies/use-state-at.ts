import { useEffect, useState } from 'react';
import type { HeatMapChoice, Problem } from '#ui';
import type { HeatCell } from '#contracts';
import type { ServiceAnomaly, TimeWindow } from '#model';
import type { BackendClient } from '../../api/backend-client.ts';
import { isCancelled, toProblem } from '../../errors.ts';

/** How finely a stretch is searched for its peak. */
const CELLS = 240;
const MAX_ROUNDS = 3;

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
  { service, ...stretch }: HeatMapChoice,
  signal: AbortSignal
): Promise<ServiceAnomaly | undefined> {
  const atMs = await findPeak(backend, service, stretch, signal);
  // The newest state of a range is that at its end.
  const { services } = await backend.anomalies({ fromMs: atMs - 60_000, toMs: atMs }, 1, signal);
  return services.find((state) => state.service === service);
}

/** The end of the cell with the highest score, ever finer until a cell is one step of the data. */
async function findPeak(
  backend: BackendClient,
  service: string,
  stretch: TimeWindow,
  signal: AbortSignal
): Promise<number> {
  let { fromMs, toMs } = stretch;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const answer = await backend.anomalies({ fromMs, toMs }, CELLS, signal);
    const cellMs = answer.cellSeconds * 1000;
    const cells = answer.rows.find((row) => row.service === service)?.cells ?? [];
    const peak = cells.reduce<HeatCell | undefined>(
      (best, cell) => ((cell.score ?? -1) > (best?.score ?? -1) ? cell : best),
      undefined
    );
    if (!peak) {
      return toMs;
    }
    // A cell that is longer than asked for is one step.
    const isFinest = cellMs > Math.ceil((toMs - fromMs) / CELLS);
    [fromMs, toMs] = [peak.atMs, peak.atMs + cellMs];
    if (isFinest) {
      break;
    }
  }
  // A cell has its beginning and not its end.
  return toMs - 1;
}
