import { describe, expect, it } from 'vitest';
import { Ewma, EwmaShort } from './ewma.ts';
import { LeftDiscord } from './left-discord.ts';
import { RangeNovelty } from './range-novelty.ts';
import { RobustZ } from './robust-z.ts';
import { NO_FLOOR } from './scale-floor.ts';
import type { SeriesDetector } from './series-detector.ts';
import { TailCalibrator } from './tail-calibrator.ts';

const PER_DAY = 96;

/** A day of 96 points, noise from a linear congruential generator, a spike at 450 and a shift from 600 to 611. */
function values(): number[] {
  let state = 7;
  return Array.from({ length: 700 }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const day = 200 + Math.round(40 * Math.sin((2 * Math.PI * i) / PER_DAY)) + ((state >>> 16) % 17);
    return (day + (i === 450 ? 90 : 0) + (i >= 600 && i < 612 ? 25 : 0)) / 8;
  });
}

const AT = [33, 61, 100, 200, 449, 450, 451, 500, 599, 600, 605, 611, 650, 699];
const ewma = { pointsPerDay: PER_DAY, floor: NO_FLOOR };

// Raw values of the detection prototype (detectors.mjs: ewma, ewmaL, range, robz), and its calibrated values
// (evt, history 200) of the same raw values with 0 where nothing was said.
const CASES: readonly (readonly [string, () => SeriesDetector, readonly number[], readonly number[]])[] = [
  [
    'ewmaShort',
    () => new EwmaShort(ewma),
    [
      0.202169426771, 1.0013581791, 0.516059475118, 1.26936461876, 0.632517346569, 8.13887451103, 0.832885797698,
      0.0857683712285, 0.0769687101069, 4.22284386314, 0.556870221419, 1.35590203413, 1.2696338271, 1.59016252235,
    ],
    [
      0, 0.5949981368, 0.4142619727, 0.5963828584, 0.1555197332, 3.813243816, 0.25592119, 0.02558684312, 0.01876532358,
      2.572734486, 0.1648933593, 0.5667995551, 0.5073160401, 0.8188962181,
    ],
  ],
  [
    'ewma',
    () => new Ewma(ewma),
    [
      0.0885930525361, 1.27173110508, 0.635374147394, 1.45857756172, 0.707028800625, 8.47769392398, 2.73133996918,
      0.0803201463557, 0.0616823003897, 3.04388023281, 0.68859913196, 1.0769410741, 0.670410408075, 0.82869817759,
    ],
    [
      0, 0.7246319947, 0.4331473169, 0.7753034075, 0.2482001959, 12, 2.226751236, 0.03019478536, 0.01876532358,
      2.349171856, 0.2598337794, 0.4936363428, 0.2482001959, 0.3141914417,
    ],
  ],
  [
    'range',
    () => new RangeNovelty(NO_FLOOR),
    [NaN, 0.00952380952381, 0, 0, 0, 0.324831391784, 0, 0, 0, 0.377818403413, 0.0245238095238, 0, 0, 0],
    [
      0, 1.132117321, 0.003574460358, 0.001430955106, 0.001081680464, 8.967956115, 0.001081680464, 0.001081680464,
      0.001081680464, 3.591011479, 1.792948008, 0.001081680464, 0.001081680464, 0.001081680464,
    ],
  ],
  [
    'robustZ',
    () => new RobustZ(PER_DAY, NO_FLOOR),
    [
      0.269796303791, 2.64978512652, 0.0999245569595, 0.449660506318, 0.788811227184, 1.33792429339, 0.913826190259,
      0.674490759477, 0.769156129228, 1.52647908724, 1.36081469017, 0.994588069059, 1.02948589604, 0.994588069059,
    ],
    [
      0, 0.9102685716, 0.315507819, 0.2398355349, 0.5435282127, 8.394056625, 0.8638633636, 0.3053729767, 0.5004223321,
      3.702237358, 2.429138786, 1.206286044, 1.562833368, 0.9140299731,
    ],
  ],
];

describe.each(CASES)('%s equals the prototype', (_, create, raws, surprisals) => {
  it('raw and calibrated', () => {
    const detector = create();
    const tail = new TailCalibrator(200);
    const seen = values().map((value, i) => {
      const raw = detector.step(value, i, i);
      const filled = Number.isNaN(raw) ? 0 : raw;
      const surprisal = tail.surprisal(filled);
      tail.push(filled);
      return { raw, surprisal: Number.isNaN(surprisal) ? 0 : surprisal };
    });
    AT.forEach((i, k) => {
      const [raw, surprisal] = [raws[k] ?? 0, surprisals[k] ?? 0];
      expect(Math.abs((seen[i]?.raw ?? 0) - raw) > 1e-6 * (1 + raw), `raw at ${i}`).toBe(false);
      expect(seen[i]?.surprisal, `surprisal at ${i}`).toBeCloseTo(surprisal, 4);
    });
  });
});

// Prototype disc2; its scale takes the judged value in, ours does not: equal within what one value moves quartiles.
it('discord equals the prototype', () => {
  const detector = new LeftDiscord(NO_FLOOR);
  const raws = values().map((value) => detector.step(value));
  const expected = [
    0.0706573318331, 0.359728405054, 0.0789972985438, 0.0402439068053, 0.0176643329583, 0.974584648747, 1.08331401422,
    0.0173431632681, 0.0173431632681, 0.383122998953, 0.0346863265363, 0.137328176502, 0.0245269367082, 0.0170334639241,
  ];
  const apart = AT.filter((i, k) => Math.abs((raws[i] ?? NaN) / (expected[k] ?? NaN) - 1) > (i < 100 ? 0.05 : 0.02));
  expect(apart).toEqual([]);
});
