import { analyse, buildServiceGraph, findIncidents, scoreService, scoreSignal } from '#engine';
import type { RcaReport, ScoredSignal, ServiceAnomaly } from '#model';
import { chooseSymptom } from './choose-symptom.ts';
import { unpackSignal } from './packed-signal.ts';
import type { Judgement, TaskInputs, TaskName, TaskOutputs } from './tasks.ts';
import { toTimeline } from './timeline.ts';

/** A verdict about now may rest on a point that is this old, in steps. */
const MAX_AGE_STEPS = 6;

const TASKS: { readonly [Name in TaskName]: (input: TaskInputs[Name]) => TaskOutputs[Name] } = {
  judge,
  timeline: toTimeline,
  analyse: analysePacked,
};

/** Runs one task to its end, on the thread of the caller. Pure: the same input gives the same output. */
export function runTask<Name extends TaskName>(name: Name, input: TaskInputs[Name]): TaskOutputs[Name] {
  return TASKS[name](input);
}

function judge({ signals, nodes, edges, atMs, stepSeconds }: TaskInputs['judge']): Judgement {
  const scored = signals.map((signal) => scoreSignal(unpackSignal(signal)));
  const graph = buildServiceGraph(edges, nodes, atMs);
  const clients = new Set(graph.nodes.filter((node) => node.kind === 'client').map((node) => node.name));
  const names = new Set([...graph.nodes.map((node) => node.name), ...scored.map((signal) => signal.service)]);
  const services = [...names]
    .filter((name) => !clients.has(name))
    .sort()
    .map((name) => judgeService(name, scored, atMs, stepSeconds));
  return { atMs, services, graph, incidents: findIncidents({ signals: scored, graph, atMs }) };
}

function judgeService(
  name: string,
  scored: readonly ScoredSignal[],
  atMs: number,
  stepSeconds: number
): ServiceAnomaly {
  return scoreService(name, scored, atMs, { maxAgeMs: MAX_AGE_STEPS * stepSeconds * 1000 });
}

function analysePacked({ signals, service, symptom, ...rest }: TaskInputs['analyse']): RcaReport {
  const unpacked = signals.map(unpackSignal);
  const target = { service, symptom: symptom ?? chooseSymptom(unpacked, service, rest.window) };
  return analyse({ ...rest, signals: unpacked, target });
}
