import { describe, expect, it } from 'vitest';
import { TrainingError } from '../errors.ts';
import { checkSources, type IncidentSource, sourcesOf } from './incident-sources.ts';

const source = (change: Partial<IncidentSource>): IncidentSource => ({
  system: 'petshop',
  origin: 'amazon-science/petshop-root-cause-analysis',
  licence: 'CC-BY-4.0',
  incidents: 3,
  ...change,
});

describe('checkSources', () => {
  it('lets through what may be passed on', () => {
    expect(() => checkSources([source({}), source({ system: 'nezha-ob', licence: 'MIT' })])).not.toThrow();
    expect(() => checkSources([source({ system: 'our shop', origin: '', licence: 'own' })])).not.toThrow();
  });

  it.each([
    ['a set that is for measuring only', { system: 'sockshop', licence: 'MIT' }, 'for measuring only'],
    ['the same under another name', { system: 'shop', origin: 'azamikram/rcd@373882c', licence: 'MIT' }, 'measuring'],
    ['alerts', { system: 'alerts-hotel', licence: 'MIT' }, 'for measuring only'],
    ['alerts under another name', { origin: 'WHU-AISE/TVDiag', licence: 'MIT' }, 'for measuring only'],
    ['an unknown licence', { licence: 'CC-BY-NC-4.0' }, '"CC-BY-NC-4.0"'],
    ['no licence', { licence: '' }, 'states no licence'],
  ])('refuses %s', (_, change, words) => {
    const refused = (): void => checkSources([source({}), source(change)]);
    expect(refused).toThrow(TrainingError);
    expect(refused).toThrow(words);
  });
});

describe('sourcesOf', () => {
  it('counts incidents by system, origin and licence', () => {
    const own = { system: 'b', origin: '', licence: 'own' };
    const other = { system: 'a', origin: 'x', licence: 'MIT' };
    expect(sourcesOf([own, other, own])).toEqual([
      { ...other, incidents: 1 },
      { ...own, incidents: 2 },
    ]);
  });
});
