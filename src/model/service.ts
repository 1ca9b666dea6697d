/** The name of a service as telemetry spells it (`service.name`, or the peer's name for stores and external systems). */
export type ServiceName = string;

/**
 * What a node of the graph is. `external` and `client` are virtual: they are seen only from one side of a call.
 */
export type ServiceKind = 'service' | 'database' | 'cache' | 'queue' | 'external' | 'client';
