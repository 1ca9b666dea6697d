import { describe, expect, it } from 'vitest';
import { DemoError } from './errors.ts';
import { HELP, parseOptions } from './options.ts';

describe('the command line', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual({
      port: 3300,
      seed: '1',
      speed: 1,
      historyMinutes: 180,
      showsHints: true,
      smoke: false,
      json: false,
      help: false,
    });
  });

  it('is read', () => {
    const argv = '--port 3301 --seed x --speed=60 --history-minutes 30 --no-browser-hint --smoke --json'.split(' ');
    expect(parseOptions(argv)).toEqual({
      port: 3301,
      seed: 'x',
      speed: 60,
      historyMinutes: 30,
      showsHints: false,
      smoke: true,
      json: true,
      help: false,
    });
  });

  it('lets the smoke run take any free port', () => {
    expect(parseOptions(['--smoke']).port).toBe(0);
  });

  it.each([
    [['--port', 'x'], '--port'],
    [['--port', '70000'], '--port'],
    [['--port', '1.5'], '--port'],
    [['--port', ''], '--port'],
    [['--speed', '601'], '--speed'],
    [['--speed', '-1'], '--speed'],
    [['--history-minutes', '99999'], '--history-minutes'],
    [['--unknown'], '--unknown'],
    [['word'], 'word'],
  ])('names what is wrong in %j', (argv, named) => {
    expect(() => parseOptions(argv)).toThrow(DemoError);
    expect(() => parseOptions(argv)).toThrow(named);
  });

  it('documents every flag', () => {
    for (const flag of ['port', 'seed', 'speed', 'history-minutes', 'no-browser-hint', 'smoke', 'json', 'help']) {
      expect(HELP).toContain(`--${flag} `);
    }
  });
});
