import type { ServiceName } from '#model';

/** The id of a service in a drawing. */
export function toNodeId(name: ServiceName): string {
  return `n:${name}`;
}

/** The id of a group in a drawing; never that of a service. */
export function toGroupId(key: string): string {
  return `g:${key}`;
}

/** The id of an edge in a drawing; no two calls share one, whatever the names. */
export function toEdgeId(source: string, target: string): string {
  return JSON.stringify([source, target]);
}
