import { describe, expect, it } from 'vitest';
import { toZoomStep } from './use-wheel-zoom.ts';

describe('toZoomStep', () => {
  it.each([
    ['a touchpad that pinches', { deltaY: -3, deltaMode: 0 }, 0.03],
    ['a notch of a wheel', { deltaY: -120, deltaMode: 0 }, 0.38],
    ['a notch that is counted in lines', { deltaY: 3, deltaMode: 1 }, -0.38],
    ['nothing', { deltaY: 0, deltaMode: 0 }, 0],
  ])('of %s', (_, event, step) => {
    expect(toZoomStep(event)).toBeCloseTo(step, 9);
  });
});
