import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../../../ui/testing/records.ts';
import {
  chooseEmptyText,
  describeAlertTimes,
  describeCount,
  describeLength,
  describeOrigin,
} from './incidents-text.ts';

const MINUTE = 60_000;

describe('the words of the incidents page', () => {
  it.each([
    ['watch', '', 'Noticed by the watch'],
    ['alert', 'CheckoutSlow', 'Noticed by the alert CheckoutSlow'],
    ['alert', '', 'Noticed by an alert'],
    ['person', 'anna', 'Declared by anna'],
    ['person', '', 'Declared by a person'],
  ] as const)('say who noticed it: %s %s', (origin, openedBy, text) => {
    expect(describeOrigin({ origin, openedBy })).toBe(text);
  });

  it.each([
    ['open', null, null, 'for 12 min'],
    ['resolved', NOW_MS - 2 * MINUTE, 'action', 'after 10 min, by an approved action'],
    ['resolved', NOW_MS - 2 * MINUTE, 'unassisted', 'after 10 min'],
    ['resolved', null, 'unassisted', ''],
  ] as const)('say how long it lasts: %s until %s by %s', (status, resolvedMs, resolvedBy, text) => {
    expect(describeLength({ status, onsetMs: NOW_MS - 12 * MINUTE, resolvedMs, resolvedBy }, NOW_MS)).toBe(text);
  });

  it.each([
    [0, false, '0 incidents'],
    [1, false, '1 incident'],
    [20, true, 'The newest 20 incidents'],
  ])('count %i', (count, more, text) => {
    expect(describeCount(count, more)).toBe(text);
  });

  it('blame the filters only where there are some', () => {
    const plain = { q: '', status: 'open', origin: 'all', mine: false } as const;
    expect(chooseEmptyText(plain).title).toBe('No open incident');
    expect(chooseEmptyText({ ...plain, status: 'all' }).title).toBe('No incident');
    for (const filter of [{ q: 'x' }, { origin: 'alert' as const }, { mine: true }, { status: 'resolved' as const }]) {
      expect(chooseEmptyText({ ...plain, ...filter }).title).toBe('No incident fits');
    }
  });

  it('say how long an alert fired', () => {
    expect(describeAlertTimes({ startsAtMs: NOW_MS, endsAtMs: NOW_MS + 3 * MINUTE })).toContain('ended after 3 min');
    expect(describeAlertTimes({ startsAtMs: NOW_MS, endsAtMs: null })).not.toContain('ended');
  });
});
