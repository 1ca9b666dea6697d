import type { FeaturesAnswer } from '#contracts';
import { toProblem, toProblems } from '../problems.ts';
import { raceAbort } from '../signals/single-flight.ts';
import type { ResourceCall } from './router.ts';

/** `GET features`: what discovery found for each service, and what is missing. */
export async function answerFeatures({ datasource, signal }: ResourceCall): Promise<FeaturesAnswer> {
  const atMs = datasource.clock.now();
  try {
    const plan = await raceAbort(datasource.features.read(signal), signal);
    if (!plan) {
      // Nothing was found out, which is not the same as nothing being there.
      return { atMs, features: [], problems: [toProblem('prometheus', datasource.features.problem)] };
    }
    return { atMs, features: plan.coverage, problems: toProblems(plan.gaps) };
  } catch (error) {
    signal.throwIfAborted();
    return { atMs, features: [], problems: [toProblem('prometheus', error)] };
  }
}
