import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLogMessage } from './log-message.ts';

describe('toLogMessage', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['{"ts":"x","level":"warn","msg":"disk 80% full","trace_id":"a"}', {}, 'disk 80% full', 'warning'],
    ['{"severity":"CRITICAL","message":"m"}', { level: 'info' }, 'm', 'error'],
    ['{"level":50,"msg":"pino"}', {}, 'pino', 'error'],
    ['{"level":3,"msg":"syslog"}', {}, 'syslog', 'error'],
    ['{"level":30,"msg":"pino"}', {}, 'pino', 'info'],
    ['{"msg":"no level"}', { detected_level: 'error' }, 'no level', 'error'],
    ['{"log":"{\\"level\\":\\"error\\",\\"msg\\":\\"inner\\"}\\n","stream":"stdout"}', {}, 'inner', 'error'],
    ['{"path":"/a","status":500,"ts":"now","trace_id":"f"}', {}, 'path= /a status= 500', 'info'],
    ['{"msg":"broken', {}, 'broken', 'info'],
    ['{"level":"error","msg":"cut off in the mid', {}, 'cut off in the mid', 'error'],
    ['level=error msg="upstream said \\"no\\"" status=502', {}, 'upstream said \\"no\\"', 'error'],
    ['level=warn some text', {}, 'level=warn some text', 'warning'],
    ['2026 ERROR [main] it broke', {}, '2026 ERROR [main] it broke', 'error'],
    ['no error was found', {}, 'no error was found', 'info'],
    ['error: disk is full', {}, 'error: disk is full', 'error'],
    ['E0102 03:04:05 klog', {}, 'E0102 03:04:05 klog', 'error'],
    ['plain', { level: 'fatal' }, 'plain', 'error'],
    ['[1,2]', {}, '[1,2]', 'info'],
    ['{}', {}, '', 'info'],
    ['', {}, '', 'info'],
  ])('%s', (line, labels, message, severity) => {
    expect(toLogMessage(line, labels)).toEqual({ message, severity });
  });

  it('reads ids and times of JSON lines as nothing to mine', () => {
    const line = (id: number) => JSON.stringify({ time: id, trace_id: `t${id}`, request_id: id, route: '/a' });
    expect(toLogMessage(line(1)).message).toBe(toLogMessage(line(2)).message);
  });

  it('answers any text', () => {
    const json = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json({ maxDepth: 2 }),
      fc.json({ maxDepth: 2 }).map((text) => `{"msg":${text}`),
      fc.constantFrom(
        '{'.repeat(5000),
        `{"msg":"${'x'.repeat(20_000)}"}`,
        '{"msg":{"msg":"x"}}',
        '{"level":null,"msg":1}'
      )
    );
    fc.assert(
      fc.property(json, (line) => {
        const { message, severity } = toLogMessage(line);
        expect(typeof message).toBe('string');
        expect(['info', 'warning', 'error']).toContain(severity);
      })
    );
  });
});
