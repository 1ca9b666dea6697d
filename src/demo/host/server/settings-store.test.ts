import { describe, expect, it } from 'vitest';
import { HostError } from './errors.ts';
import { changeSettings, type StoredSettings, toSecureFields } from './settings-store.ts';

const before: StoredSettings = {
  enabled: true,
  pinned: false,
  jsonData: { executorUrl: 'http://e' },
  secureJsonData: { token: 'old', other: 'kept' },
  updatedMs: 1000,
};

describe('stored settings', () => {
  it('replace jsonData, merge secrets and keep the rest', () => {
    const after = changeSettings(before, { jsonData: { a: 1 }, secureJsonData: { token: 'new' } }, 2000);
    expect(after).toEqual({
      ...before,
      jsonData: { a: 1 },
      secureJsonData: { token: 'new', other: 'kept' },
      updatedMs: 2000,
    });
  });

  it('show which secrets are set and never their values', () => {
    expect(JSON.stringify(toSecureFields(before))).toBe('{"token":true,"other":true}');
  });

  it('always get a newer time, so that a backend notices', () => {
    expect(changeSettings(before, {}, 1000).updatedMs).toBe(1001);
  });

  it('name the field that is wrong', () => {
    expect(() => changeSettings(before, { secureJsonData: { token: 5 } }, 1)).toThrow(/secureJsonData.token/);
    expect(() => changeSettings(before, 'text', 1)).toThrow(HostError);
  });
});
