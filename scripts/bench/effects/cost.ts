import { estimateEffects, type EffectColumn, type EffectInput } from '#engine';
import { gaussian, xorshift32 } from '../../../src/engine/testing/xorshift.ts';

/** Time of one analysis of five candidates with all refuters. */
export interface CostFigures {
  readonly candidates: number;
  readonly rows: number;
  readonly columnsHeldFixed: number;
  /** Of the processor, so that other programs do not count; milliseconds. */
  readonly processorMs: number;
}

const CANDIDATES = 5;
const REPEATS = 20;

/** Measures analyses of several lengths, each after one to warm up. */
export function measureCost(): readonly CostFigures[] {
  return [65, 150, 300].map((rows) => {
    const input = busySystem(rows);
    estimateEffects(input);
    const before = process.cpuUsage();
    let held = 0;
    for (let i = 0; i < REPEATS; i += 1) {
      held = Math.max(...estimateEffects(input).tested.map(({ adjustedFor }) => adjustedFor.length));
    }
    const { user, system } = process.cpuUsage(before);
    return { candidates: CANDIDATES, rows, columnsHeldFixed: held, processorMs: (user + system) / 1000 / REPEATS };
  });
}

/** Five callees of the entry, each with its traffic and four callees of its own that the entry calls as well. */
function busySystem(rows: number): EffectInput {
  const random = xorshift32(11);
  const load = Float64Array.from({ length: rows }, () => gaussian(random));
  const column = (service: string, kind: EffectColumn['kind']): EffectColumn => ({
    service,
    metric: kind,
    kind,
    unit: 'seconds',
    values: load.map((value) => value + 2 * gaussian(random)),
  });
  const causes = Array.from({ length: CANDIDATES }, (_, i) => `s${i}`);
  const below = causes.flatMap((cause) => [0, 1, 2, 3].map((i) => [cause, `${cause}-${i}`] as const));
  return {
    columns: [
      ...causes.map((cause) => column(cause, 'latency')),
      column('entry', 'latency'),
      column('entry', 'traffic'),
      ...causes.map((cause) => column(cause, 'traffic')),
      ...below.map(([, callee]) => column(callee, 'latency')),
    ],
    calls: [
      ...causes.map((cause) => ['entry', cause] as const),
      ...below,
      ...below.map(([, callee]) => ['entry', callee] as const),
    ],
    entry: 'entry',
    window: { baselineFrom: 0, baselineTo: 60, incidentFrom: 60, incidentTo: rows },
    target: CANDIDATES,
    candidates: causes.map((_, i) => i),
    seed: 1,
  };
}
