import { describe, expect, it } from 'vitest';
import { datasourceSettingsSchema } from '#contracts';
import { changeSignal, describeTrust, startSignal } from './detection-texts.ts';
import { checkDatasourceSettings } from './settings-draft.ts';

const PROMETHEUS = { url: 'http://prometheus:9090', auth: 'none', timeoutSeconds: 20 } as const;
const SIGNAL = { name: 'jobs', query: 'x', serviceLabel: 'service', unit: 'count', harm: 'up' } as const;

describe('trust in the history', () => {
  it.each([
    [undefined, undefined, '0.5 %'],
    ['reviewed', undefined, 'nothing'],
    ['reviewed', 0.01, '0.5 %'],
    ['reviewed', 0.05, '1 %'],
    ['host', Number.NaN, '1 %'],
  ] as const)('profile %s and contamination %s leave out %s', (profile, contamination, share) => {
    expect(describeTrust(profile, contamination)).toMatch(new RegExp(`Now left out: ${share}\\.$`));
  });
});

describe('own signals', () => {
  it('begin with a name of their own and no query, so that they must be filled in', () => {
    const first = startSignal([]);
    expect(startSignal([first]).name).not.toBe(first.name);
    expect(checkDatasourceSettings({ prometheus: PROMETHEUS, detection: { signals: [first] } } as never)).toEqual({
      'detection.signals.0.query': expect.stringContaining('PromQL') as string,
    });
  });

  it('lose their limit when it is emptied', () => {
    const [changed] = changeSignal([{ ...SIGNAL, limit: 5 }], 0, { limit: undefined });
    expect(changed).toEqual(SIGNAL);
    expect(() =>
      datasourceSettingsSchema.parse({ prometheus: PROMETHEUS, detection: { signals: [changed] } })
    ).not.toThrow();
  });
});

describe('messages at the fields', () => {
  it.each([
    [{ watch: { collectSeconds: 60, detectSeconds: 90 } }, 'watch.detectSeconds'],
    [{ watch: { fitHour: 24 } }, 'watch.fitHour'],
    [{ detection: { ewma: { lambda: 0 } } }, 'detection.ewma.lambda'],
    [{ detection: { contamination: 0.6 } }, 'detection.contamination'],
    [{ detection: { timeZone: 'Mars/Olympus' } }, 'detection.timeZone'],
    [{ detection: { fullTierSeries: -1 } }, 'detection.fullTierSeries'],
    [{ detection: { signals: [{ ...SIGNAL, name: 'No Spaces' }] } }, 'detection.signals.0.name'],
    [{ detection: { signals: [SIGNAL, SIGNAL] } }, 'detection.signals.1.name'],
    [{ detection: { signals: [{ ...SIGNAL, limit: 0 }] } }, 'detection.signals.0.limit'],
  ])('of %j stand at %s', (change, field) => {
    const errors = checkDatasourceSettings({ prometheus: PROMETHEUS, ...change } as never);
    expect(errors).toEqual({ [field]: expect.stringMatching(/./) as string });
  });
});
