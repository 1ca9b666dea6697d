import { afterAll, beforeAll } from 'vitest';

/** Lets text be measured, which Combobox does on a canvas that jsdom lacks. */
export function withMeasuredText(): void {
  const { getContext } = HTMLCanvasElement.prototype;
  beforeAll(() => {
    HTMLCanvasElement.prototype.getContext = (() => ({ measureText: () => ({ width: 10 }) })) as never;
  });
  afterAll(() => {
    HTMLCanvasElement.prototype.getContext = getContext;
  });
}
