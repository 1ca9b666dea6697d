import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimise, type Objective } from './minimise.ts';

/** (a - 1)^2 + 100 (b - a^2)^2, least at (1, 1). */
const rosenbrock: Objective = (at, gradient) => {
  const [a = 0, b = 0] = at;
  gradient[0] = 2 * (a - 1) - 400 * a * (b - a * a);
  gradient[1] = 200 * (b - a * a);
  return (a - 1) ** 2 + 100 * (b - a * a) ** 2;
};

describe('minimise', () => {
  it('finds the end of a curved valley', () => {
    const { at, value } = minimise(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 200, tolerance: 1e-16 });
    expect(at[0]).toBeCloseTo(1, 5);
    expect(at[1]).toBeCloseTo(1, 5);
    expect(value).toBeLessThan(1e-10);
  });

  it('finds the least point of any bowl, from any start', () => {
    const vector = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 4, maxLength: 4 });
    const widths = fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(vector, vector, widths, (start, centre, width) => {
        const bowl: Objective = (at, gradient) =>
          at.reduce((sum, value, i) => {
            const distance = value - centre[i]!;
            gradient[i] = 2 * width[i]! * distance;
            return sum + width[i]! * distance * distance;
          }, 0);
        const { at } = minimise(bowl, Float64Array.from(start), { iterations: 100, tolerance: 0 });
        at.forEach((value, i) => expect(value).toBeCloseTo(centre[i]!, 3));
      })
    );
  });

  it('leaves the start alone and never ends above it', () => {
    const start = Float64Array.of(3, -2);
    const { value } = minimise(rosenbrock, start, { iterations: 1 });
    expect([...start]).toEqual([3, -2]);
    expect(value).toBeLessThan(rosenbrock(start, new Float64Array(2)));
  });

  it('gives up when its listener throws', () => {
    const stop = new Error('enough');
    const onIteration = (iteration: number): void => {
      if (iteration === 3) {
        throw stop;
      }
    };
    expect(() => minimise(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 50, onIteration })).toThrow(stop);
  });

  it('stays where nothing slopes', () => {
    const flat: Objective = (_at, gradient) => {
      gradient.fill(0);
      return 7;
    };
    expect(minimise(flat, Float64Array.of(1, 2), { iterations: 10 })).toMatchObject({ value: 7, iterations: 0 });
  });
});
