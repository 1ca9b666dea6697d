import type { ActionCatalogueEntry, IncidentRecord, ProposePlan } from '#contracts';

type Parameter = ActionCatalogueEntry['parameters'][number];

/** What the form holds while it is filled in; numbers are text until they are read. */
export interface ManualDraft {
  readonly incidentId: string;
  readonly targetKind: ProposePlan['target']['kind'];
  readonly targetName: string;
  readonly targetPeer: string;
  readonly rationale: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Messages by field; `parameters.<name>` for parameters. Empty when the draft can be sent. */
export type FieldErrors = Readonly<Record<string, string>>;

/** An empty draft for an action, with the catalogue's defaults. */
export function emptyDraft(entry: ActionCatalogueEntry, incidentId: string): ManualDraft {
  return {
    incidentId,
    targetKind: entry.targetKinds[0] ?? 'deployment',
    targetName: '',
    targetPeer: '',
    rationale: '',
    values: Object.fromEntries(
      entry.parameters.map(({ name, default: value }) => [name, value === undefined ? '' : String(value)])
    ),
  };
}

/** Checks a draft against the catalogue's bounds. The executor checks again. */
export function checkDraft(entry: ActionCatalogueEntry, draft: ManualDraft): FieldErrors {
  const errors: Record<string, string> = {};
  if (draft.incidentId === '') {
    errors.incidentId = 'Choose the incident that the action belongs to.';
  }
  if (draft.targetName.trim() === '') {
    errors.targetName = 'Enter the name of what is acted on, as it stands in the topology.';
  }
  if (draft.targetKind === 'edge' && draft.targetPeer.trim() === '') {
    errors.targetPeer = 'Enter the service that is called.';
  }
  if (draft.rationale.trim() === '') {
    errors.rationale = 'Say why, so that the approver can judge it.';
  }
  for (const parameter of entry.parameters) {
    const message = checkParameter(parameter, draft.values[parameter.name] ?? '');
    if (message !== undefined) {
      errors[`parameters.${parameter.name}`] = message;
    }
  }
  return errors;
}

function checkParameter(parameter: Parameter, text: string): string | undefined {
  if (text.trim() === '') {
    return parameter.required ? 'Required.' : undefined;
  }
  if (parameter.type === 'string') {
    return text.length > 500 ? 'At most 500 characters.' : undefined;
  }
  const value = Number(text);
  if (!Number.isFinite(value) || (parameter.type === 'integer' && !Number.isInteger(value))) {
    return parameter.type === 'integer' ? 'Enter a whole number.' : 'Enter a number.';
  }
  if (
    (parameter.minimum !== undefined && value < parameter.minimum) ||
    (parameter.maximum !== undefined && value > parameter.maximum)
  ) {
    return `Enter a value ${describeBounds(parameter)}.`;
  }
  return undefined;
}

/** What a parameter means, with its bounds. */
export function describeParameter(parameter: Parameter): string {
  const bounds = describeBounds(parameter);
  return bounds === '' ? parameter.description : `${parameter.description} A value ${bounds}.`;
}

/** Bounds of a parameter in words, empty where it has none. */
function describeBounds({ minimum, maximum, unit }: Parameter): string {
  const suffix = unit === undefined ? '' : ` ${unit}`;
  if (minimum !== undefined && maximum !== undefined) {
    return `from ${minimum} to ${maximum}${suffix}`;
  }
  if (minimum !== undefined) {
    return `of at least ${minimum}${suffix}`;
  }
  return maximum === undefined ? '' : `of at most ${maximum}${suffix}`;
}

/** How long a manual action may take until its effect shows, where no proposal of the report says so. */
const EXPECTED_SECONDS = 180;

/**
 * The plan request of a valid draft. Its checks are those by which the incident counts as recovered.
 * @returns undefined when the incident has no checks: an action whose effect cannot be verified is not offered
 */
export function toManualPlan(
  entry: ActionCatalogueEntry,
  draft: ManualDraft,
  incident: IncidentRecord
): ProposePlan | undefined {
  if (incident.recovery.length === 0) {
    return undefined;
  }
  const parameters = entry.parameters.flatMap(({ name, type }): Array<[string, string | number]> => {
    const text = (draft.values[name] ?? '').trim();
    return text === '' ? [] : [[name, type === 'string' ? text : Number(text)]];
  });
  const peer = draft.targetKind === 'edge' ? { peer: draft.targetPeer.trim() } : {};
  return {
    incidentId: incident.id,
    action: entry.action,
    target: { kind: draft.targetKind, name: draft.targetName.trim(), ...peer },
    parameters: Object.fromEntries(parameters),
    rationale: draft.rationale.trim(),
    confidence: incident.report.hypotheses[0]?.confidence ?? 0,
    expectedSeconds: incident.report.proposals[0]?.expectedSeconds ?? EXPECTED_SECONDS,
    verification: [...incident.recovery],
  };
}
