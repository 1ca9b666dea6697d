import { describe, expect, it } from 'vitest';
import { type ActionCatalogueEntry, proposePlanSchema } from '#contracts';
import { incident, report } from '../../../ui/testing/records.ts';
import { checkDraft, describeParameter, emptyDraft, toManualPlan } from './manual-action.ts';

const ENTRY: ActionCatalogueEntry = {
  action: 'rate-limit',
  description: 'Limits requests.',
  targetKinds: ['edge', 'deployment'],
  riskBase: 0.3,
  reversible: true,
  parameters: [
    {
      name: 'requestsPerSecond',
      type: 'integer',
      required: true,
      minimum: 1,
      maximum: 100,
      unit: 'per second',
      description: 'Upper bound.',
    },
    { name: 'durationSeconds', type: 'number', required: false, minimum: 60, default: 600, description: 'How long.' },
    { name: 'note', type: 'string', required: false, description: 'Note.' },
  ],
};
const VALID = {
  ...emptyDraft(ENTRY, '01INCIDENT'),
  targetName: 'order',
  targetPeer: 'payment',
  rationale: 'provider refuses',
  values: { requestsPerSecond: '50', durationSeconds: '600', note: '' },
};

describe('checkDraft', () => {
  it('accepts a complete draft', () => expect(checkDraft(ENTRY, VALID)).toEqual({}));

  it('names every field that is missing', () => {
    const errors = checkDraft(ENTRY, emptyDraft(ENTRY, ''));
    expect(Object.keys(errors).sort()).toEqual([
      'incidentId',
      'parameters.requestsPerSecond',
      'rationale',
      'targetName',
      'targetPeer',
    ]);
  });

  it.each([
    ['0', 'from 1 to 100 per second'],
    ['101', 'from 1 to 100'],
    ['1.5', 'whole number'],
    ['many', 'whole number'],
    ['Infinity', 'whole number'],
  ])('refuses %s requests per second', (text, words) => {
    const errors = checkDraft(ENTRY, { ...VALID, values: { ...VALID.values, requestsPerSecond: text } });
    expect(errors['parameters.requestsPerSecond']).toContain(words);
  });

  it('describes a parameter with its bounds', () => {
    expect(ENTRY.parameters.map(describeParameter)).toEqual([
      'Upper bound. A value from 1 to 100 per second.',
      'How long. A value of at least 60.',
      'Note.',
    ]);
  });
});

describe('toManualPlan', () => {
  it('is a request that the contract accepts, with numbers as numbers', () => {
    const plan = toManualPlan(ENTRY, VALID, incident());
    expect(proposePlanSchema.parse(plan)).toMatchObject({
      target: { kind: 'edge', name: 'order', peer: 'payment' },
      parameters: { requestsPerSecond: 50, durationSeconds: 600 },
      confidence: 0.91,
    });
    expect(plan?.verification).toHaveLength(2);
  });

  it('is refused where its effect could not be verified', () => {
    expect(toManualPlan(ENTRY, VALID, incident({ recovery: [] }))).toBeUndefined();
  });

  it('is offered for an incident without a proposal', () => {
    const unnamed = incident({ report: report({ proposals: [] }) });
    expect(toManualPlan(ENTRY, VALID, unnamed)?.verification).toEqual(unnamed.recovery);
  });
});
