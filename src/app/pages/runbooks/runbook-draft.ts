import type { IncidentRecord, RunbookEntry, RunbookParameter, RunbookProposal, RunbookSuggestion } from '#contracts';
import type { FieldErrors } from './manual-action.ts';

/** What the form of a runbook holds while it is filled in; values are text until they are read. */
export interface RunbookDraft {
  readonly rationale: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A draft with what a proposal knows, else with the defaults. What comes from a label stays empty: the executor reads it. */
export function startDraft(entry: RunbookEntry, suggestion: RunbookSuggestion | undefined): RunbookDraft {
  const known = suggestion?.parameters ?? {};
  return {
    rationale: suggestion?.why.join('; ').slice(0, MAX_RATIONALE) ?? '',
    values: Object.fromEntries(
      entry.parameters.map(({ name, default: fallback }) => {
        const value = Object.hasOwn(known, name) ? known[name] : fallback;
        return [name, value === null || value === undefined ? '' : String(value)];
      })
    ),
  };
}

export const MAX_RATIONALE = 1000;
const MAX_TEXT = 500;
const NAME = { pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, message: 'Small letters, digits, dots and dashes only.' };
/** What a value of a type looks like; text and services have no form of their own. */
const FORMS: Readonly<
  Partial<Record<RunbookParameter['type'], { readonly pattern: RegExp; readonly message: string }>>
> = {
  dns1123: NAME,
  namespace: NAME,
  deployment: NAME,
  pod: NAME,
  container: NAME,
  quantity: { pattern: /^\d+(\.\d+)?([KMGTPE]i?|m|k)?$/, message: 'Enter an amount such as 512Mi.' },
  duration: { pattern: /^(\d+(ms|s|m|h|d))+$/, message: 'Enter a time such as 30s, 10m or 1h.' },
  boolean: { pattern: /^(true|false)$/, message: 'Choose yes or no.' },
};

/** Checks a draft against what the runbook declares. The executor checks again, and knows more: labels and patterns. */
export function checkRunbookDraft(entry: RunbookEntry, draft: RunbookDraft): FieldErrors {
  const errors: Record<string, string> = {};
  if (draft.rationale.trim() === '') {
    errors.rationale = 'Say why, so that the approver can judge it.';
  }
  for (const parameter of entry.parameters) {
    const message = checkValue(parameter, (draft.values[parameter.name] ?? '').trim());
    if (message !== undefined) {
      errors[`parameters.${parameter.name}`] = message;
    }
  }
  return errors;
}

function checkValue(parameter: RunbookParameter, text: string): string | undefined {
  const { type, required, fromLabel, maxLength, values } = parameter;
  if (text === '') {
    return required && fromLabel === null && parameter.default === null ? 'Required.' : undefined;
  }
  if (type === 'integer' || type === 'number') {
    return checkNumber(parameter, text);
  }
  if (type === 'enum') {
    return values.includes(text) ? undefined : 'Choose one of the values.';
  }
  const longest = maxLength ?? MAX_TEXT;
  if (text.length > longest) {
    return `At most ${longest} characters.`;
  }
  const form = FORMS[type];
  return form === undefined || form.pattern.test(text) ? undefined : form.message;
}

function checkNumber({ type, minimum, maximum }: RunbookParameter, text: string): string | undefined {
  const value = Number(text);
  if (!Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value))) {
    return type === 'integer' ? 'Enter a whole number.' : 'Enter a number.';
  }
  const tooSmall = minimum !== null && value < Number(minimum);
  const tooLarge = maximum !== null && value > Number(maximum);
  return tooSmall || tooLarge ? `Enter a value ${describeBounds(minimum, maximum)}.` : undefined;
}

function describeBounds(minimum: string | number | null, maximum: string | number | null): string {
  if (minimum !== null && maximum !== null) {
    return `from ${minimum} to ${maximum}`;
  }
  if (minimum !== null) {
    return `of at least ${minimum}`;
  }
  return maximum === null ? '' : `of at most ${maximum}`;
}

const TYPE_TEXTS: Readonly<Record<RunbookParameter['type'], string>> = {
  dns1123: 'A name',
  namespace: 'A namespace',
  deployment: 'A deployment',
  pod: 'A pod',
  container: 'A container',
  service: 'A service, as it is named in metrics and traces',
  integer: 'A whole number',
  number: 'A number',
  string: 'Text',
  enum: 'One of the values',
  quantity: 'An amount such as 512Mi',
  duration: 'A time such as 10m',
  boolean: 'Yes or no',
};

/** What a parameter is, its bounds, and where its value comes from when the field stays empty. */
export function describeRunbookParameter(parameter: RunbookParameter): string {
  const { type, description, minimum, maximum, maxLength, pattern, fromLabel } = parameter;
  const bounds = describeBounds(minimum, maximum);
  const kind = [
    TYPE_TEXTS[type] + (bounds === '' ? '' : ` ${bounds}`),
    ...(maxLength === null ? [] : [`at most ${maxLength} characters`]),
    ...(pattern === null ? [] : [`of the form ${pattern}`]),
  ].join(', ');
  return [description.trim(), `${kind}.`, describeSource(parameter, fromLabel)]
    .filter((part) => part !== '')
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(' ');
}

function describeSource({ required, default: fallback }: RunbookParameter, fromLabel: string | null): string {
  if (fromLabel !== null) {
    const otherwise = fallback === null ? '' : `, else ${String(fallback)}`;
    return `Left empty: the label “${fromLabel}” of the incident${otherwise}.`;
  }
  if (fallback !== null) {
    return `Left empty: ${String(fallback)}.`;
  }
  return required ? '' : 'May stay empty.';
}

/** The request of a valid draft. Empty fields are left out, so that labels and defaults fill them. */
export function toRunbookProposal(entry: RunbookEntry, draft: RunbookDraft, incident: IncidentRecord): RunbookProposal {
  const parameters = entry.parameters.flatMap(({ name, type }): Array<[string, string | number | boolean]> => {
    const text = (draft.values[name] ?? '').trim();
    return text === '' ? [] : [[name, toValue(type, text)]];
  });
  return {
    incidentId: incident.id,
    runbook: { name: entry.name, version: entry.version },
    parameters: Object.fromEntries(parameters),
    rationale: draft.rationale.trim(),
    confidence: incident.report.hypotheses[0]?.confidence ?? 0,
  };
}

function toValue(type: RunbookParameter['type'], text: string): string | number | boolean {
  if (type === 'boolean') {
    return text === 'true';
  }
  return type === 'integer' || type === 'number' ? Number(text) : text;
}

/**
 * Faults that the executor names, by field: `parameters.a is missing; parameters.b must be …`. Empty where it names none of
 * the fields of the form.
 */
export function toFieldErrors(message: string, entry: RunbookEntry): FieldErrors {
  const found = message.matchAll(/(?:^|[\s;.])parameters\.([A-Za-z_][\w-]*):? ([^;]+)/g);
  const known = new Set(entry.parameters.map(({ name }) => name));
  return Object.fromEntries(
    [...found]
      .filter(([, name]) => name !== undefined && known.has(name))
      .map(([, name, reason]) => [`parameters.${name}`, `It ${(reason ?? '').trim().replace(/\.$/, '')}.`])
  );
}
