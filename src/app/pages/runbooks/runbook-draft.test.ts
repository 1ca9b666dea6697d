import { describe, expect, it } from 'vitest';
import { proposeRunbookSchema, type RunbookParameter } from '#contracts';
import { incident } from '../../../ui/testing/records.ts';
import { parameter, runbookEntry, suggestion } from '../../../ui/testing/runbooks.ts';
import {
  checkRunbookDraft,
  describeRunbookParameter,
  startDraft,
  toFieldErrors,
  toRunbookProposal,
} from './runbook-draft.ts';

const WHY = { rationale: 'It is full.' };

describe('startDraft', () => {
  it('takes what the proposal knows, then defaults, and leaves labels to the executor', () => {
    const entry = runbookEntry({
      parameters: [
        parameter('service', { type: 'service', fromLabel: 'service' }),
        parameter('replicas', { type: 'integer', default: 3 }),
        parameter('force', { type: 'boolean', default: false }),
        parameter('zero', { type: 'integer' }),
      ],
    });
    expect(startDraft(entry, undefined).values).toEqual({ service: '', replicas: '3', force: 'false', zero: '' });
    expect(startDraft(entry, suggestion({ parameters: { replicas: 4, zero: 0 } })).values).toEqual({
      service: '',
      replicas: '4',
      force: 'false',
      zero: '0',
    });
  });
});

describe('checkRunbookDraft', () => {
  it.each<[Partial<RunbookParameter>, string, string | undefined]>([
    [{ type: 'integer', minimum: 1, maximum: 10 }, '11', 'from 1 to 10'],
    [{ type: 'integer' }, '1.5', 'whole number'],
    [{ type: 'number', minimum: 0.1 }, '0', 'of at least 0.1'],
    [{ type: 'number' }, 'Infinity', 'Enter a number'],
    [{ type: 'number' }, '1.5', undefined],
    [{ type: 'string', maxLength: 3 }, 'abcd', 'At most 3'],
    [{ type: 'enum', values: ['a'] }, 'b', 'Choose one'],
    [{ type: 'enum', values: ['a'] }, 'a', undefined],
    [{ type: 'boolean' }, 'maybe', 'yes or no'],
    [{ type: 'quantity' }, '512MB', '512Mi'],
    [{ type: 'quantity' }, '512Mi', undefined],
    [{ type: 'duration' }, '10', '30s'],
    [{ type: 'duration' }, '1h30m', undefined],
    [{ type: 'deployment' }, '-rf', 'Small letters'],
    [{ type: 'namespace' }, 'shop', undefined],
    [{ type: 'service' }, 'Orders_DB', undefined],
    [{ type: 'string' }, ' ', 'Required'],
    [{ type: 'string', fromLabel: 'x' }, '', undefined],
    [{ type: 'string', default: 'x' }, '', undefined],
    [{ type: 'string', required: false }, '', undefined],
  ])('says of %j with “%s”: %s', (change, value, words) => {
    const entry = runbookEntry({ parameters: [parameter('p', change)] });
    const message = checkRunbookDraft(entry, { ...WHY, values: { p: value } })['parameters.p'];
    expect(message ?? 'good').toContain(words ?? 'good');
  });

  it('asks for a reason', () => {
    expect(checkRunbookDraft(runbookEntry({ parameters: [] }), { rationale: ' ', values: {} })).toHaveProperty(
      'rationale'
    );
  });
});

describe('describeRunbookParameter', () => {
  it.each<[Partial<RunbookParameter>, string]>([
    [
      { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'How many' },
      'How many. A whole number from 1 to 9. Left empty: 3.',
    ],
    [
      { type: 'service', fromLabel: 'svc', default: 'a' },
      'A service, as it is named in metrics and traces. Left empty: the label “svc” of the incident, else a.',
    ],
    [{ type: 'duration', maximum: '1h', required: false }, 'A time such as 10m of at most 1h. May stay empty.'],
    [{ type: 'string', pattern: 'v[0-9]+', maxLength: 5 }, 'Text, at most 5 characters, of the form v[0-9]+.'],
  ])('%j', (change, text) => expect(describeRunbookParameter(parameter('p', change))).toBe(text));
});

describe('toRunbookProposal', () => {
  it('is a request that the contract accepts, without empty fields and with types', () => {
    const entry = runbookEntry({
      parameters: [
        parameter('service', { type: 'service' }),
        parameter('n', { type: 'integer' }),
        parameter('force', { type: 'boolean' }),
      ],
    });
    const draft = { rationale: ' full ', values: { service: '', n: '4', force: 'false' } };
    expect(proposeRunbookSchema.parse(toRunbookProposal(entry, draft, incident()))).toEqual({
      incidentId: '01INCIDENT',
      runbook: { name: 'scale-out', version: 2 },
      parameters: { n: 4, force: false },
      rationale: 'full',
      confidence: 0.91,
    });
  });
});

describe('toFieldErrors', () => {
  it('finds the fields that the executor names, and no others', () => {
    const message =
      'Action not possible as asked: parameters.replicas must be at most 10; parameters.service is missing (there is no label "service"); parameters.other is no parameter.';
    expect(toFieldErrors(message, runbookEntry())).toEqual({
      'parameters.replicas': 'It must be at most 10.',
      'parameters.service': 'It is missing (there is no label "service").',
    });
    expect(toFieldErrors('Incident is resolved', runbookEntry())).toEqual({});
  });
});
