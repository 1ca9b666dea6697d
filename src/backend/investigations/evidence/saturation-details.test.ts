import { describe, expect, it } from 'vitest';
import type { Signal } from '#model';
import { collectSaturation } from './saturation-details.ts';
import { openPart, signalOf, sourceWith, subjectWith } from './testing/subject.ts';

const pool = signalOf({ service: 'db', kind: 'pool-utilisation' }, 0.4, 0.9);
const disk = signalOf({ service: 'db', kind: 'disk-utilisation' }, 0.4, 0.5);
const other = signalOf({ service: 'elsewhere', kind: 'disk-utilisation' }, 0.4, 0.99);

async function statements(etaSeconds: number | null, reason = '', signals: readonly Signal[] = [pool, disk, other]) {
  const part = openPart();
  const exhaustion = async () => ({ items: [{ signal: disk, limit: 1, etaSeconds, reason }], gaps: [] });
  await collectSaturation(sourceWith({ forecasts: { exhaustion } }), subjectWith({ signals }), part);
  return part.findings.map(({ statement }) => statement);
}

describe('limits', () => {
  it('that are near, or will be reached, are told of the services concerned', async () => {
    expect(await statements(4 * 3600)).toEqual([
      'db: connection pool utilisation stands at 90 % of its limit, normally 40 %. When it will be exhausted is not known.',
      'db: disk utilisation stands at 50 % of its limit, normally 40 %. At its present course it is exhausted in 4 h.',
    ]);
  });

  it('far away without an end in sight are no news', async () => {
    expect(await statements(null, 'There are too few points.', [disk])).toEqual([]);
  });

  it('that are reached are called exhausted; why there is no forecast is said', async () => {
    const full = { ...signalOf({ service: 'db', kind: 'disk-utilisation' }, 0.4, 1), id: disk.id };
    expect((await statements(0, '', [full]))[0]).toMatch(/at 100 % of its limit.* It is exhausted\.$/);
    const near = { ...signalOf({ service: 'db', kind: 'disk-utilisation' }, 0.4, 0.8), id: disk.id };
    expect((await statements(null, 'There are too few points.', [near]))[0]).toMatch(
      /No forecast: There are too few points\.$/
    );
  });
});
