import type { RankingServiceType } from '#engine';
import type { RandomDraws } from '../random-draws.ts';
import type { JourneyFlow } from './flow.ts';
import type { ServiceLevels } from './levels.ts';
import type { SimulatedSystem } from './system.ts';

/** A virtual service: a call seen from one side only, as tracing reports load balancers, outside clients and remote peers. */
export interface Mirror {
  readonly type: RankingServiceType;
  readonly edge: number;
  /** The call graph leads through it: `[other, itself]` or `[itself, other]`. */
  readonly caller: number | undefined;
  readonly callee: number | undefined;
  /** The edge that it mirrors is missing from the call graph. */
  readonly replaces: boolean;
}

/**
 * Draws the virtual services of an installation; most have none.
 * Cost O(E).
 */
export function drawMirrors(random: RandomDraws, { edges }: SimulatedSystem): readonly Mirror[] {
  if (!random.chance(0.35)) {
    return [];
  }
  const share = random.uniform(0.1, 0.5);
  return edges.flatMap(({ caller, callee }, edge): readonly Mirror[] => {
    if (!random.chance(share)) {
      return [];
    }
    return random.chance(0.7)
      ? [{ type: 'remote', edge, caller, callee: undefined, replaces: random.chance(0.15) }]
      : [{ type: 'client', edge, caller: undefined, callee, replaces: false }];
  });
}

/** What a virtual service's telemetry would say: the calls along its edge, wire included. */
export function mirrorLevels(system: SimulatedSystem, flow: readonly JourneyFlow[], { edge }: Mirror): ServiceLevels {
  const callee = system.edges[edge]?.callee ?? 0;
  const visits = flow.reduce((sum, { calls }) => sum + (calls[edge] ?? 0), 0);
  const mean = (value: (journey: JourneyFlow) => number): number =>
    flow.reduce((sum, journey) => sum + (journey.calls[edge] ?? 0) * value(journey), 0) / visits;
  const ms = (journey: JourneyFlow): number => (journey.wireMs[edge] ?? 0) + (journey.answerMs[callee] ?? 0);
  return {
    visits,
    failures: mean((journey) => journey.failures[callee] ?? 0),
    answerMs: mean(ms),
    answers: flow
      .map((journey) => [ms(journey), journey.calls[edge] ?? 0] as const)
      .sort((left, right) => left[0] - right[0]),
    clientMs: Number.NaN,
    selfMs: Number.NaN,
    wireMs: Number.NaN,
    callsPerVisit: 0,
    skipped: 0,
  };
}
