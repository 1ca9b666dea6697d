import { BackendError } from '../errors.ts';

/** Roles of Grafana that may change what the backend works with. */
const ROLES: ReadonlySet<string> = new Set(['Admin', 'Editor']);

/**
 * Refuses callers without a role that may change things.
 * @throws BackendError `CAUSEWAY_FORBIDDEN`
 */
export function requireEditor(role: string, what: string): void {
  if (!ROLES.has(role)) {
    throw new BackendError('CAUSEWAY_FORBIDDEN', `Only editors and administrators may ${what}.`);
  }
}
