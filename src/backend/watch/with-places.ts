import type { RcaReport, ServiceGraph } from '#model';

/** Adds to every cause where it runs, as far as the sources of the graph know: runbooks take namespace and workload from it. */
export function withPlaces(report: RcaReport, graph: ServiceGraph): RcaReport {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const hypotheses = report.hypotheses.map((hypothesis) => {
    const { namespace, workload } = nodes.get(hypothesis.service) ?? {};
    return namespace === undefined && workload === undefined
      ? hypothesis
      : {
          ...hypothesis,
          runsIn: { ...(namespace === undefined ? {} : { namespace }), ...(workload ? { workload } : {}) },
        };
  });
  return { ...report, hypotheses };
}
