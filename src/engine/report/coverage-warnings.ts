import type { CoverageWarning, Hypothesis, ServiceGraph, ServiceName } from '#model';

/** A service of which more is known than this needs no warning. */
const GOOD = 0.9;

/**
 * What is not known of the services that an answer rests on: its causes, their paths and the target.
 *
 * @param graph  with coverage on its nodes; nodes without it are not judged
 * @param causes  leading hypotheses
 * @param target  where the trouble was noticed
 * @returns least known first
 * Cost O(nodes + hops).
 */
export function coverageWarnings(
  graph: ServiceGraph,
  causes: readonly Hypothesis[],
  target: ServiceName
): readonly CoverageWarning[] {
  const involved = new Set([
    target,
    ...causes.flatMap(({ service, path }) => [service, ...path.flatMap(({ from, to }) => [from, to])]),
  ]);
  return graph.nodes
    .flatMap(({ name, coverage }) =>
      coverage && involved.has(name) && coverage.score < GOOD && coverage.reasons.length > 0
        ? [{ service: name, score: coverage.score, reasons: coverage.reasons }]
        : []
    )
    .sort((left, right) => left.score - right.score || (left.service < right.service ? -1 : 1));
}
