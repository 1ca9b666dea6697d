import { describe, expect, it } from 'vitest';
import { maintenanceSchema } from '#contracts';
import { checkWindow } from './window-draft.ts';

const VALID = {
  reason: 'database move',
  from: '2026-11-20T10:00',
  to: '2026-11-20T12:00',
  namespaces: ' shop, ,pay,shop',
};

describe('checkWindow', () => {
  it('makes a window that the contract accepts', () => {
    const checked = checkWindow(VALID);
    expect('window' in checked && maintenanceSchema.parse({ windows: [checked.window] }).windows[0]).toMatchObject({
      reason: 'database move',
      namespaces: ['shop', 'pay'],
    });
  });

  it('leaves namespaces out where all are meant', () => {
    expect(checkWindow({ ...VALID, namespaces: '' })).not.toHaveProperty('window.namespaces');
  });

  it.each([
    [{ reason: ' ' }, 'reason'],
    [{ from: '' }, 'from'],
    [{ to: 'soon' }, 'to'],
    [{ to: VALID.from }, 'to'],
    [{ namespaces: 'x'.repeat(64) }, 'namespaces'],
  ])('refuses %j', (change, field) => {
    expect(checkWindow({ ...VALID, ...change })).toHaveProperty(`errors.${field}`);
  });
});
