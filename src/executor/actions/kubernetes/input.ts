import type { JsonObject } from '#contracts';
import { z } from 'zod';
import type { ActionInput } from '../action.ts';
import { ExecutorError } from '../../errors.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Fields of a target that every input has. */
export const targetFields = {
  cluster: z.string().regex(label).optional().describe('Id of the cluster; the only one when missing.'),
  namespace: z.string().regex(label).describe('Namespace of the target.'),
  name: z.string().max(253).regex(subdomain).describe('Name of the target.'),
};

/** A name as one label of DNS, such as that of a container. */
export const labelName = z.string().regex(label);
/** A name of several labels of DNS, such as a host. */
export const hostName = z.string().max(253).regex(subdomain);

/** The part of an input that every action has. */
export interface TargetInput {
  readonly cluster?: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The input with its defaults.
 * @throws ExecutorError PARAMETER_INVALID with the first field at fault
 */
export function parseInput<T extends TargetInput>(schema: z.ZodType<T>, input: ActionInput, cluster: string): T {
  const result = schema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ExecutorError('PARAMETER_INVALID', `${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'invalid'}`);
  }
  if (result.data.cluster !== undefined && result.data.cluster !== cluster) {
    throw new ExecutorError('PARAMETER_INVALID', `cluster: this executor acts on "${cluster}" only.`);
  }
  return result.data;
}

/** The schema of an input as callers see it: JSON Schema 2020-12, closed, defaults not required. */
export function jsonSchema(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, { io: 'input' }) as unknown as JsonObject;
}
