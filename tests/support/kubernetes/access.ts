import type { KubeObject, ObjectStore } from './object-store.ts';

/** What somebody wants to do. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, like `pods/eviction`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Who calls. `admin` may do everything. */
export interface User {
  readonly name: string;
  readonly admin: boolean;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** RBAC over the stored Roles and RoleBindings: whatever no rule allows is forbidden. */
export function isAllowed(store: ObjectStore, user: User, attempt: Attempt): boolean {
  if (user.admin) {
    return true;
  }
  const roles = store
    .list('RoleBinding', attempt.namespace)
    .filter((binding) => attempt.namespace !== '' && bindsTo(binding, user))
    .map((binding) => store.find('Role', attempt.namespace, String(binding['roleRef']?.name)));
  return roles.some((role) => ((role?.['rules'] ?? []) as Rule[]).some((rule) => allows(rule, attempt)));
}

function bindsTo(binding: KubeObject, user: User): boolean {
  const subjects = (binding['subjects'] ?? []) as { kind: string; name: string; namespace?: string }[];
  return subjects.some(({ kind, name, namespace }) =>
    kind === 'ServiceAccount' ? user.name === `system:serviceaccount:${namespace}:${name}` : user.name === name
  );
}

function allows(rule: Rule, attempt: Attempt): boolean {
  const has = (list: readonly string[] | undefined, value: string) => list?.some((one) => one === value || one === '*');
  const named = !rule.resourceNames || rule.resourceNames.length === 0 || rule.resourceNames.includes(attempt.name);
  return Boolean(
    has(rule.verbs, attempt.verb) &&
    has(rule.apiGroups, attempt.group) &&
    has(rule.resources, attempt.resource) &&
    named
  );
}
