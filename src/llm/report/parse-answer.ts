import type { z } from 'zod';
import type { Rejection } from './written-report.ts';

/** Reads the model's JSON, also from inside a fence or with words before and after it. */
export function parseAnswer<Schema extends z.ZodType>(answer: string, schema: Schema): z.infer<Schema> | Rejection {
  const json = readJson(answer);
  if (json === undefined) {
    return { kind: 'rejected', reason: 'not-json', detail: quote(answer) };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const detail = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  return { kind: 'rejected', reason: 'wrong-shape', detail };
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function readJson(answer: string): unknown {
  const first = answer.indexOf('{');
  const last = answer.lastIndexOf('}');
  try {
    return first < 0 ? undefined : (JSON.parse(answer.slice(first, last + 1)) as unknown);
  } catch {
    return undefined;
  }
}
