import { analyse } from '#engine';
import type { RcaReport } from '#model';
import { documentedRule } from '../backtest/documented-rule.ts';
import { rebuild } from '../detection/rebuild.ts';
import { replay } from '../detection/replay.ts';
import { chooseSymptom } from './choose-symptom.ts';
import { mineEvents } from './mine-events.ts';
import { minePatterns } from './mine-patterns.ts';
import { unpackSignal } from './packed-signal.ts';
import type { TaskInputs, TaskName, TaskOutputs } from './tasks.ts';

const TASKS: { readonly [Name in TaskName]: (input: TaskInputs[Name]) => TaskOutputs[Name] } = {
  rebuild,
  replay,
  documentedRule,
  analyse: analysePacked,
  patterns: minePatterns,
};

/** Runs one task to its end, on the thread of the caller. Pure: the same input gives the same output. */
export function runTask<Name extends TaskName>(name: Name, input: TaskInputs[Name]): TaskOutputs[Name] {
  return TASKS[name](input);
}

function analysePacked({ signals, service, symptom, events, ...rest }: TaskInputs['analyse']): RcaReport {
  const unpacked = signals.map(unpackSignal);
  const target = { service, symptom: symptom ?? chooseSymptom(unpacked, service, rest.window) };
  return analyse({ ...rest, signals: unpacked, target, ...(events ? { events: mineEvents(events) } : {}) });
}
