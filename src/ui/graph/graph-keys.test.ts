import { describe, expect, it } from 'vitest';
import { cycle, findNext, KEY_TEXTS, toCommand } from './graph-keys.ts';

const key = (name: string, modifiers = {}) =>
  toCommand({ key: name, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...modifiers });

describe('toCommand', () => {
  it.each([
    ['ArrowLeft', { kind: 'move', direction: 'left' }],
    ['Enter', { kind: 'choose' }],
    [' ', { kind: 'choose' }],
    ['2', { kind: 'hops', hops: 2 }],
    ['B', { kind: 'blast' }],
    ['?', { kind: 'help' }],
  ])('knows %s', (name, command) => {
    expect(key(name)).toEqual(command);
  });

  it('moves the view with shift', () => {
    expect(key('ArrowUp', { shiftKey: true })).toEqual({ kind: 'pan', direction: 'up' });
  });

  it.each(['Tab', 'x', 'F5', 'constructor', 'toString'])('leaves %s to the page', (name) => {
    expect(key(name)).toBeUndefined();
  });

  it.each(['ctrlKey', 'altKey', 'metaKey'])('leaves keys with %s to the browser', (modifier) => {
    expect(key('b', { [modifier]: true })).toBeUndefined();
    expect(key('ArrowLeft', { [modifier]: true })).toBeUndefined();
  });

  it('has words for every key', () => {
    const named = KEY_TEXTS.flatMap(([keys]) => keys.split(/, | and /));
    for (const name of ['Home', 'N', 'Enter', '1', 'A', 'B', 'G', '0', '/', 'Escape']) {
      expect(named).toContain(name);
    }
  });
});

describe('findNext', () => {
  const places = new Map([
    ['a', { x: 0, y: 0 }],
    ['b', { x: 200, y: 10 }],
    ['c', { x: 100, y: 300 }],
    ['d', { x: 0, y: 90 }],
  ]);

  it('prefers what lies ahead to what lies near', () => {
    expect(findNext(places, 'a', 'right')).toBe('b');
    expect(findNext(places, 'a', 'down')).toBe('d');
    expect(findNext(places, 'b', 'left')).toBe('a');
  });

  it('stays where there is nothing, or where it does not know the place', () => {
    expect(findNext(places, 'a', 'left')).toBeUndefined();
    expect(findNext(places, 'nowhere', 'left')).toBeUndefined();
  });
});

describe('cycle', () => {
  it('goes round, from the end that fits when it starts', () => {
    expect(cycle(['a', 'b'], 'b', 1)).toBe('a');
    expect(cycle(['a', 'b'], 'a', -1)).toBe('b');
    expect(cycle(['a', 'b'], undefined, 1)).toBe('a');
    expect(cycle(['a', 'b'], undefined, -1)).toBe('b');
    expect(cycle([], 'a', 1)).toBeUndefined();
  });
});
