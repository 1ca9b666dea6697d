import { expect, it } from 'vitest';
import { INJECTIONS } from '../../src/llm/testing/injection-corpus.ts';
import { tryRealTools } from './real-tools.ts';

it('hostile texts come through every tool of the backend, and move nothing', { timeout: 60_000 }, async () => {
  const { tried, held, failures } = await tryRealTools(INJECTIONS.slice(0, 1));
  expect(failures).toEqual([]);
  expect([tried, held]).toEqual([24, 24]);
});

it('an order behind a long lead does not arrive', { timeout: 60_000 }, async () => {
  const { failures } = await tryRealTools(INJECTIONS.filter(({ id }) => id === 'long-lead'));
  expect(failures).toEqual([]);
});

it('texts that no tool can bring are no attempt', { timeout: 60_000 }, async () => {
  const { held, tried } = await tryRealTools([]);
  expect([held, tried]).toEqual([0, 8]);
});
