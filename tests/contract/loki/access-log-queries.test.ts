import { parser } from '@grafana/lezer-logql';
import { describe, expect, it } from 'vitest';
import { accessLogRecipes } from '../../../src/telemetry/features/nginx-source.ts';

const SCOPE = { minuteSeconds: 60, fiveMinutesSeconds: 300, rateSeconds: 75 };

function errorsIn(query: string): number {
  let errors = 0;
  parser.parse(query).iterate({
    enter: (node) => {
      errors += node.type.isError ? 1 : 0;
    },
  });
  return errors;
}

describe('queries of access logs', () => {
  it.each(
    (['combined', 'json'] as const).flatMap((format) =>
      accessLogRecipes('{job=~".*nginx.*"}', format, SCOPE).map(({ feature, expr }) => [format, feature, expr] as const)
    )
  )('%s %s follows the grammar of LogQL', (_format, _feature, expr) => {
    expect(errorsIn(expr)).toBe(0);
    expect(errorsIn(expr.replace(/\)[^)]*$/, ''))).toBeGreaterThan(0);
  });
});
