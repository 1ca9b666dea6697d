import { z } from 'zod';

/** Name of a service, an object or a person. */
export const name = z.string().min(1).max(253);
/** Hex SHA-256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const actionKindSchema = z.enum([
  'scale',
  'restart',
  'rollback',
  'rate-limit',
  'circuit-break',
  'set-memory-limit',
  'create-index',
  'notify',
  'manual',
]);

export const actionTargetSchema = z.strictObject({
  kind: z.enum(['deployment', 'database', 'cache', 'edge']),
  name,
  peer: name.optional(),
});

export const verificationCheckSchema = z.strictObject({
  name: z.string().min(1).max(120),
  query: z.string().min(1).max(2000),
  operator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
  threshold: z.number(),
  unit: z.string().max(30),
  noData: z.enum(['fail', 'pass']).optional(),
});

/** One entry of `GET /v1/actions`: what can be done, with bounds, for the manual form. */
export interface ActionCatalogueEntry {
  readonly action: z.infer<typeof actionKindSchema>;
  readonly description: string;
  readonly targetKinds: readonly z.infer<typeof actionTargetSchema>['kind'][];
  readonly riskBase: number;
  readonly reversible: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: 'integer' | 'number' | 'string';
    readonly required: boolean;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly default?: number | string;
    readonly unit?: string;
    readonly description: string;
  }[];
}
