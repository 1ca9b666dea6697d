import { describe, expect, it } from 'vitest';
import { readsLikeInstructions } from '../privacy/instruction-like.ts';
import { INJECTIONS } from './injection-corpus.ts';
import { tryInjections } from './try-injections.ts';

describe('hostile texts', () => {
  it('are known for what they are where they speak to a model', () => {
    const passed = INJECTIONS.filter(({ text, speaksTo }) => speaksTo === 'model' && !readsLikeInstructions(text));
    expect(passed.map(({ id }) => id)).toEqual([]);
  });

  it.each(['ignore-above', 'zero-width', 'operator'])('change nothing: %s', async (id) => {
    const { tried, failures } = await tryInjections(INJECTIONS.filter((injection) => injection.id === id));
    expect(tried).toBeGreaterThan(50);
    expect(failures).toEqual([]);
  });

  it('are tried in a way that would show when they change something', async () => {
    const unseen = { id: 'unseen', text: 'p99 latency rose', speaksTo: 'model' as const, demand: 'Payment is slow.' };
    const { failures } = await tryInjections([unseen]);
    expect(failures.flatMap(({ what }) => what)).toContain('the verdict became INCONCLUSIVE');
  });
});
