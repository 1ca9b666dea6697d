import { describe, expect, it } from 'vitest';
import { buffersOf } from './transferable.ts';

describe('the buffers of a message', () => {
  it('are those of whole arrays, each once, however deep', () => {
    const times = new Float64Array(3);
    const bytes = Uint8Array.of(1);
    const part = new Uint8Array(8).subarray(2, 4);
    const message = { name: 'a', none: undefined, list: [{ times, again: times }, { part }], state: { bytes } };
    expect(buffersOf(message)).toEqual([times.buffer, bytes.buffer]);
    expect(buffersOf('text')).toEqual([]);
  });

  it('arrive, and are gone where they were', () => {
    const message = { values: Float64Array.of(1, Number.NaN) };
    const arrived = structuredClone(message, { transfer: buffersOf(message) });
    expect(arrived).toEqual({ values: Float64Array.of(1, Number.NaN) });
    expect(message.values).toHaveLength(0);
  });
});
