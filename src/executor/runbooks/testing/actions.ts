import type { CompilableAction } from '../compile-plan.ts';
import { ACTION_FORMS } from '../schema/action-schema.ts';

const IRREVERSIBLE = new Set([
  'k8s.restart',
  'k8s.forceRestart',
  'k8s.deletePod',
  'script.run',
  'http.request',
  'demo.restart',
  'demo.createIndex',
]);

/** An action that accepts any object. */
export function looseAction(name: string, overrides: Partial<CompilableAction> = {}): CompilableAction {
  return {
    name,
    inputSchema: { type: 'object' },
    reversible: !IRREVERSIBLE.has(name),
    destructive: name === 'k8s.forceRestart',
    target: () => ({ key: name, system: 'test', kind: 'Test', name }),
    ...overrides,
  };
}

/** Every action that a runbook can name, with overrides for some. */
export function registry(...overrides: readonly CompilableAction[]): ReadonlyMap<string, CompilableAction> {
  return new Map([
    ...Object.keys(ACTION_FORMS).map((name): [string, CompilableAction] => [name, looseAction(name)]),
    ...overrides.map((action): [string, CompilableAction] => [action.name, action]),
  ]);
}
