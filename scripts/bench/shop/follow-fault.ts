import type { IncidentCandidate } from '#engine';
import { FAULT_CATALOGUE, type Fault } from '../../../src/demo/faults/index.ts';
import type { InvestigationRequest } from '../../../src/backend/investigations/investigate.ts';
import { BenchError } from '../packs/bench-error.ts';
import type { ShopLab } from './lab.ts';

const LEAD_MS = 10 * 60_000;
const TICK_MS = 15_000;
const STRIDE_MS = 5 * 60_000;
const LIMIT_MS = 300_000;
/** So long before a fault the traces of a healthy shop are kept, where traces are kept at all. */
const TRACES_MS = 20 * 60_000;

/** @throws BenchError when the catalogue has no such fault */
export function faultOf(id: string): Fault {
  const entry = FAULT_CATALOGUE.find((fault) => fault.id === id);
  if (!entry) {
    throw new BenchError(`there is no fault ${id}`);
  }
  return entry;
}

/**
 * Breaks a healthy shop and looks at it like the watch for five minutes.
 * @param onFirst  called when the first incident is found, in the middle of it
 * @returns the newest incident; undefined when none was found
 */
export async function followFault(
  lab: ShopLab,
  fault: string,
  onFirst: (found: IncidentCandidate, afterSeconds: number) => Promise<void>
): Promise<IncidentCandidate | undefined> {
  const onsetMs = lab.nowMs + lab.settings.watch.historyMinutes * 60_000;
  await advanceInStrides(lab, onsetMs - TRACES_MS);
  lab.recordTraces();
  await advanceInStrides(lab, onsetMs);
  await lab.look();
  lab.faults.inject(fault, 1, lab.nowMs);
  let found: IncidentCandidate | undefined;
  for (let atMs = onsetMs + TICK_MS; atMs <= onsetMs + LIMIT_MS; atMs += TICK_MS) {
    lab.advanceTo(atMs);
    const { candidates } = await lab.look();
    const isFirst = found === undefined;
    found = candidates[0] ?? found;
    if (found && isFirst) {
      await onFirst(found, (atMs - onsetMs) / 1000);
    }
  }
  return found;
}

/** Simulating hours at once would starve reads that are still under way until they are given up. */
async function advanceInStrides(lab: ShopLab, toMs: number): Promise<void> {
  while (lab.nowMs + STRIDE_MS < toMs) {
    lab.advanceTo(lab.nowMs + STRIDE_MS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  lab.advanceTo(toMs);
}

/** What is asked about an incident now. */
export function questionOf(lab: ShopLab, { target, onsetMs }: IncidentCandidate): InvestigationRequest {
  return { ...target, window: { fromMs: onsetMs - LEAD_MS, toMs: lab.nowMs + 1 }, onsetMs };
}
