import type { ToolRow } from '#llm';
import type { ChangeEvent, RcaReport, ServiceGraph, ServiceName } from '#model';
import { blastRadius } from '#engine';
import { short } from './series-rows.ts';

/** Callers and callees of a service, with what was measured. @throws Error when the graph does not have it */
export function toNeighbourRows(graph: ServiceGraph, service: ServiceName): readonly ToolRow[] {
  requireNode(graph, service);
  return graph.edges
    .filter(({ caller, callee }) => caller === service || callee === service)
    .map((edge) => {
      const parts = [
        edge.requestsPerSecond === undefined ? '' : `${short(edge.requestsPerSecond)} requests/s`,
        edge.errorRatio === undefined ? '' : `${short(edge.errorRatio * 100)} % errors`,
        edge.clientLatencySeconds === undefined ? '' : `p95 ${short(edge.clientLatencySeconds)} s`,
        edge.stale === true ? 'not seen of late' : '',
        edge.measured === false ? 'declared, not measured' : '',
      ].filter((part) => part !== '');
      const measured = parts.length === 0 ? 'nothing was measured' : parts.join(', ');
      const statement = `${edge.caller} calls ${edge.callee} (${edge.kind}): ${measured}`;
      return { source: 'topology', service: edge.callee, statement };
    });
}

/** Services that suffer when one fails. @throws Error when the graph does not have it */
export function toBlastRows(graph: ServiceGraph, service: ServiceName): readonly ToolRow[] {
  requireNode(graph, service);
  return blastRadius(graph, service).map(({ service: name, hops, trafficShare }) => {
    const share = trafficShare === undefined ? '' : `; ${short(trafficShare * 100)} % of its requests reach it`;
    return {
      source: 'topology',
      service: name,
      statement: `${name} depends on ${service} over ${hops} ${hops === 1 ? 'call' : 'calls'}${share}`,
      ...(trafficShare === undefined ? {} : { observed: trafficShare, unit: 'ratio' as const }),
    };
  });
}

function requireNode({ nodes }: ServiceGraph, service: ServiceName): void {
  if (!nodes.some(({ name }) => name === service)) {
    throw new Error('the service is not in the graph at this time');
  }
}

/** The ranked causes with the parts of their scores, then what was ruled out. */
export function toRankingRows(report: RcaReport): readonly ToolRow[] {
  const ranked = report.hypotheses.map((hypothesis): ToolRow => {
    const parts = hypothesis.contributions
      .toSorted((left, right) => Math.abs(right.value * right.weight) - Math.abs(left.value * left.weight))
      .slice(0, 4)
      .map(({ feature, value, weight }) => `${feature} ${short(value * weight)}`);
    const made = parts.length === 0 ? '' : `; score ${short(hypothesis.score)} made of ${parts.join(', ')}`;
    const sure = `confidence ${Math.round(hypothesis.confidence * 100)} %`;
    return {
      source: 'analysis',
      service: hypothesis.service,
      statement: `rank ${hypothesis.rank}: ${hypothesis.service}, ${hypothesis.cause}, ${sure}${made}`,
      observed: hypothesis.confidence,
      unit: 'ratio',
      ...(hypothesis.onsetMs === undefined ? {} : { atMs: hypothesis.onsetMs }),
    };
  });
  const out = report.ruledOut.map(({ service, reason }): ToolRow => ({
    source: 'analysis',
    service,
    statement: `ruled out ${service}: ${reason}`,
  }));
  return [...ranked, ...out];
}

/** Estimated effects on the symptom. @throws Error with the reason when none were estimated */
export function toEffectRows({ effects }: RcaReport): readonly ToolRow[] {
  if (!effects || effects.effects.length === 0) {
    throw new Error(effects?.reason ?? 'no effects were estimated for this incident');
  }
  return effects.effects.map((effect) => ({
    source: 'analysis',
    service: effect.service,
    statement: `effect of ${effect.metric} of ${effect.service}: ${effect.verdict}. ${effect.explanation}`,
    ...(effect.share === undefined ? {} : { observed: effect.share.value, unit: 'ratio' as const }),
  }));
}

/** Changes, newest first; of one service where it is given. */
export function toChangeRows(changes: readonly ChangeEvent[], service: ServiceName | undefined): readonly ToolRow[] {
  return changes
    .filter((change) => service === undefined || change.service === service)
    .toReversed()
    .map((change) => ({
      source: 'change',
      service: change.service,
      statement: `${change.kind} of ${change.service}: ${change.summary}`,
      atMs: change.atMs,
    }));
}
