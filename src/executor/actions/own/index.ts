import type { EpochMs } from '#model';
import type { MetricsReader } from '../../metrics-reader.ts';
import type { Endpoints } from '../../outbound/index.ts';
import type { Action } from '../action.ts';
import { httpRequestAction, ticketAction } from './endpoint-actions.ts';
import { manualAction, queryAction, waitAction } from './flow-actions.ts';
import { notifyAction, type MessageOutbox } from './notify.ts';
import { scriptRunAction } from './script-run.ts';
import type { Scripts } from './scripts.ts';

export { loadScripts, type Scripts } from './scripts.ts';
export type { MessageOutbox } from './notify.ts';

/** What the executor's own actions work with. */
export interface OwnActionDependencies {
  readonly clock: { now(): EpochMs };
  readonly metrics: MetricsReader;
  readonly outbox: MessageOutbox;
  readonly endpoints: Endpoints;
  /** Missing: no program can be run. */
  readonly scripts?: Scripts | undefined;
}

/** Steps of runbooks that change no platform: waiting, asking, telling, and what the administrator configured. */
export function ownActions({ clock, metrics, outbox, endpoints, scripts }: OwnActionDependencies): readonly Action[] {
  return [
    waitAction(clock),
    queryAction(metrics),
    manualAction(),
    notifyAction(outbox),
    ticketAction(endpoints),
    httpRequestAction(endpoints),
    ...(scripts ? [scriptRunAction(scripts)] : []),
  ];
}
