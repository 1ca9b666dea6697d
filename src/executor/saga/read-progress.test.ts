import { describe, expect, it } from 'vitest';
import type { Progress } from '../actions/action.ts';
import { ExecutorError } from '../errors.ts';
import { readProgress } from './send-step.ts';

const read = (progress?: () => Promise<Progress>, signal = new AbortController().signal) =>
  readProgress(progress ? { progress } : {}, {}, 'sent', signal);

describe('how far a change got', () => {
  it('is settled at once where an action does not say', async () => {
    expect(await read()).toEqual({ state: 'settled', message: 'sent' });
  });

  it.each([
    ['pending', async (): Promise<Progress> => ({ state: 'pending', message: '1 of 3' }), 'pending'],
    ['a platform away', () => Promise.reject(new ExecutorError('PLATFORM_UNAVAILABLE', 'away')), 'pending'],
    ['a platform that refuses', () => Promise.reject(new ExecutorError('PLATFORM_REFUSED', 'no right')), 'stuck'],
    ['a target that is gone', () => Promise.reject(new ExecutorError('TARGET_UNKNOWN', 'gone')), 'stuck'],
  ])('is what the platform says: %s', async (_, progress, state) => {
    expect(await read(progress)).toMatchObject({ state });
  });

  it('is not asked on when the executor stops, and hides no mistake of ours', async () => {
    const away = () => Promise.reject(new ExecutorError('PLATFORM_UNAVAILABLE', 'away'));
    await expect(read(away, AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
    await expect(read(() => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
  });
});
