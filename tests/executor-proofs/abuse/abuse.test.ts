import { describe, expect, it } from 'vitest';
import { Attacks } from './attacks.ts';
import { attack } from './report.ts';

const quiet = (): void => undefined;

// All attacks: npm run test:abuse.
describe('a sample of the attacks', { timeout: 60_000 }, () => {
  it.each(['alerts', 'approvals', 'clock', 'requests', 'storage'])('is held off: %s', async (name) => {
    const report = await attack([name], quiet);
    expect(report.failures).toEqual([]);
    expect(report.tried).toBeGreaterThan(4);
  });

  it('counts what gets through', async () => {
    const attacks = new Attacks();
    await attacks.try('a', 'held', () => undefined);
    await attacks.try('a', 'through', () => Promise.reject(new Error('it was accepted')));
    expect(attacks.attempts.map(({ through }) => through)).toEqual([undefined, 'it was accepted']);
  });
});
