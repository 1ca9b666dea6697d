import type { ServiceName } from '#model';
import type { CallOperation, ServiceEvents } from '../ranking/ranking-case.ts';

/** Calls of a service to a service with a name. */
export type NamedCalls = Omit<CallOperation, 'callee'> & { readonly callee: ServiceName };

/** What spans and log lines of one service say, as counts over the baseline and the incident window. */
export interface NamedServiceEvents extends Omit<ServiceEvents, 'calls'> {
  readonly service: ServiceName;
  readonly calls: readonly NamedCalls[];
}

/** Events of an incident; services of which nothing was counted are missing. */
export type IncidentEvents = readonly NamedServiceEvents[];
