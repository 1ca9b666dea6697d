import { describe, expect, it } from 'vitest';
import type { ProposalsAnswer, RunbookEntry } from '#contracts';
import { toOffers } from './runbook-rows.ts';

const entry = (action: string, ...types: string[]) =>
  ({
    name: 'fix',
    parameters: types.map((type) => ({ name: type, type })),
    steps: [{ action: 'query' }, { action }],
  }) as unknown as RunbookEntry;
const proposal = (parameters: object, missing: readonly object[] = []) =>
  ({
    items: [{ runbook: { name: 'fix', version: 2, title: 'Fix it' }, parameters, missing }],
    misses: [],
  }) as unknown as ProposalsAnswer;

describe('runbooks that the model may name', () => {
  it('have the action and target that were resolved for them', () => {
    const parameters = { service: 'cart', deployment: 'cart-v2' };
    expect(toOffers(proposal(parameters), [entry('k8s.restart', 'service', 'deployment')])).toEqual([
      { id: 'fix', title: 'Fix it', action: 'restart', target: 'cart-v2' },
    ]);
    expect(toOffers(proposal(parameters), [entry('demo.createIndex', 'service')])).toMatchObject([
      { action: 'create-index', target: 'cart' },
    ]);
  });

  it.each([
    ['that are not in the catalogue', proposal({ service: 'cart' }), []],
    ['with parameters that nobody filled', proposal({ service: 'cart' }, [{}]), [entry('k8s.scale', 'service')]],
    ['without a target', proposal({ table: 'orders' }), [entry('k8s.scale', 'string')]],
    ['whose steps change nothing that has a name', proposal({ service: 'cart' }), [entry('http.request', 'service')]],
  ])('are not those %s', (_, proposals, entries) => {
    expect(toOffers(proposals, entries)).toEqual([]);
  });
});
