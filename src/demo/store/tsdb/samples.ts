import { slotState, wordsOf } from './chunk.ts';

/**
 * Samples of one series in rising order of time. `stale`, where present, has 1 for stale markers, whose value is NaN.
 * The arrays may be shared: read only.
 */
export interface Samples {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly stale?: Uint8Array;
}

/** No samples. */
export const NO_SAMPLES: Samples = { times: new Float64Array(0), values: new Float64Array(0) };

/** Removes absent slots and sorts out stale markers. `times[i]` belongs to `slots[i]`. */
export function compactSamples(times: Float64Array, slots: Float64Array): Samples {
  const words = wordsOf(slots);
  let absent = 0;
  let markers = 0;
  for (let index = 0; index < slots.length; index++) {
    const value = slots[index] as number;
    if (value !== value) {
      const state = slotState(words, index);
      absent += state === 'absent' ? 1 : 0;
      markers += state === 'stale' ? 1 : 0;
    }
  }
  return absent === 0 && markers === 0 ? { times, values: slots } : copyPresent(times, slots, absent, markers > 0);
}

/** The samples without their stale markers, as range selectors see them. */
export function withoutStale(samples: Samples): Samples {
  const { stale } = samples;
  if (stale === undefined) {
    return samples;
  }
  const keep = (_: number, index: number): boolean => stale[index] === 0;
  return { times: samples.times.filter(keep), values: samples.values.filter(keep) };
}

function copyPresent(times: Float64Array, slots: Float64Array, absent: number, withMarkers: boolean): Samples {
  const words = wordsOf(slots);
  const length = slots.length - absent;
  const out = { times: new Float64Array(length), values: new Float64Array(length), stale: new Uint8Array(length) };
  let at = 0;
  for (let index = 0; index < slots.length; index++) {
    const value = slots[index] as number;
    const state = value === value ? 'value' : slotState(words, index);
    if (state !== 'absent') {
      out.times[at] = times[index] as number;
      out.values[at] = state === 'stale' ? Number.NaN : value;
      out.stale[at] = state === 'stale' ? 1 : 0;
      at++;
    }
  }
  return withMarkers ? out : { times: out.times, values: out.values };
}
