import { queryVariables, QueryRefused } from '../bind-query.ts';
import type { ComparisonOperator, ParamRef } from '../runbook.ts';
import { VARIABLES } from './legacy-command.ts';

/** A query of the former format with its comparison taken apart. */
export interface LegacyQuery {
  readonly query: string;
  readonly vars: Readonly<Record<string, ParamRef>>;
  readonly op: ComparisonOperator;
  readonly value: number;
}

/**
 * Takes a PromQL text with templates apart: `label="{{ .pod }}"` becomes `label=$pod`, and the comparison at its end becomes
 * operator and threshold. Several series are reduced to the one that decides; infinite ones (a ratio to a limit of zero) are
 * left out.
 * @returns the reason when it cannot be done
 */
export function convertQuery(text: string): LegacyQuery | { readonly refused: string } {
  const [, expression = '', op = '', threshold = ''] =
    /^([\s\S]*?)(<=|>=|==|!=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*$/.exec(text.trim()) ?? [];
  if (op === '') {
    return { refused: 'the query does not end in a comparison with a number, so nothing says when it holds' };
  }
  const vars: Record<string, ParamRef> = {};
  const query = expression.replace(/"\{\{\s*\.([a-z][A-Za-z0-9]*)\s*\}\}"/g, (whole, name: string) => {
    if (!Object.hasOwn(VARIABLES, name)) {
      return whole;
    }
    vars[name] = { $param: name };
    return `$${name}`;
  });
  if (query.includes('{{')) {
    return { refused: 'a template stands where a value cannot be bound, or names no known variable' };
  }
  const worst = op.startsWith('<') ? 'min' : 'max';
  const single = `${worst}((${query.replace(/\s+/g, ' ').trim()}) < Inf)`;
  try {
    queryVariables(single);
  } catch (error) {
    if (error instanceof QueryRefused) {
      return { refused: error.message };
    }
    throw error;
  }
  return { query: single, vars, op: op as ComparisonOperator, value: Number(threshold) };
}

/** Conditions of the former format whose meaning is known, as PromQL. */
const CONDITIONS: Readonly<Record<string, { readonly query: string; readonly variables: readonly string[] }>> = {
  pod_restart_count: {
    query: 'max(kube_pod_container_status_restarts_total{namespace=$namespace,pod=$pod})',
    variables: ['namespace', 'pod'],
  },
  pod_memory_bytes: {
    query: 'sum(container_memory_working_set_bytes{namespace=$namespace,pod=$pod,container!=""})',
    variables: ['namespace', 'pod'],
  },
  pod_cpu_cores: {
    query: 'sum(rate(container_cpu_usage_seconds_total{namespace=$namespace,pod=$pod,container!=""}[5m]))',
    variables: ['namespace', 'pod'],
  },
};

/** A condition as a check before the first effect; undefined when its type is not known. */
export function convertCondition(type: string): Pick<LegacyQuery, 'query' | 'vars'> | undefined {
  const known = Object.hasOwn(CONDITIONS, type) ? CONDITIONS[type] : undefined;
  return (
    known && { query: known.query, vars: Object.fromEntries(known.variables.map((name) => [name, { $param: name }])) }
  );
}
