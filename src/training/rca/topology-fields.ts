import { TrainingError } from '../errors.ts';

/** An object of a JSON file. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws TrainingError `CAUSEWAY_TRAINING_TOPOLOGY` with the field and what is wrong with it */
export function refuse(field: string, problem: string): never {
  throw new TrainingError('CAUSEWAY_TRAINING_TOPOLOGY', `--topology: ${field} ${problem}.`);
}

/** @throws TrainingError naming the field */
export function fieldsOf(value: unknown, field: string): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(field, 'is not an object');
}

/** @throws TrainingError naming the field */
export function listOf(value: unknown, field: string): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : refuse(field, 'is not a list');
}
