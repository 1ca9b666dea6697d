import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { runCommand } from './fault-client.ts';

const WORLD = 'http://127.0.0.1:8080';

describe('parseArguments', () => {
  it.each([
    [['list'], { kind: 'list' }],
    [['clear'], { kind: 'clear', fault: undefined }],
    [['clear', 'triple'], { kind: 'clear', fault: 'triple' }],
    [['inject', 'triple'], { kind: 'inject', fault: 'triple', intensity: 1, minutes: undefined }],
    [
      ['inject', 'missing-index', '--intensity', '0.5', '--minutes=10'],
      { kind: 'inject', fault: 'missing-index', intensity: 0.5, minutes: 10 },
    ],
    [['inject', '--help'], { kind: 'help' }],
  ])('understands %o', (words, command) => {
    expect(parseArguments(words, WORLD).command).toEqual(command);
  });

  it('takes the world from the option first', () => {
    expect(parseArguments(['list', '--world', 'http://shop:1/'], WORLD).world).toBe('http://shop:1');
    expect(parseArguments(['list'], WORLD).world).toBe(WORLD);
  });

  it.each([
    [[], /command is missing/],
    [['explode'], /Unknown command explode/],
    [['inject'], /needs the name/],
    [['inject', 'a', 'b'], /Unexpected argument b/],
    [['inject', 'a', '--intensity', '3'], /--intensity/],
    [['inject', 'a', '--minutes', 'x'], /--minutes/],
    [['list', '--verbose', 'x'], /--verbose/],
    [['list', '--world'], /--world/],
    [['list', '--world', 'ftp://x'], /--world/],
  ])('refuses %o', (words, message) => {
    expect(() => parseArguments(words, WORLD)).toThrow(message);
  });
});

describe('runCommand', () => {
  async function withWorld(status: number, reply: string, use: (url: string, seen: string[]) => Promise<void>) {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${body}`.trim());
        response.writeHead(status, { connection: 'close' }).end(reply);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('asks the control API', async () => {
    await withWorld(200, '{}', async (url, seen) => {
      await runCommand(url, { kind: 'inject', fault: 'triple', intensity: 1, minutes: 10 });
      await runCommand(url, { kind: 'clear', fault: 'triple' });
      await runCommand(url, { kind: 'clear', fault: undefined });
      expect(seen).toEqual([
        'POST /shop/v1/faults {"fault":"triple","intensity":1,"durationSeconds":600}',
        'DELETE /shop/v1/faults/triple',
        'DELETE /shop/v1/faults',
      ]);
    });
  });

  it('lists what there is and what is active', async () => {
    const reply = {
      catalogue: [
        { id: 'a', title: 'A' },
        { id: 'b', title: 'B' },
      ],
      active: [{ id: 'b', intensity: 2 }],
    };
    await withWorld(200, JSON.stringify(reply), async (url) => {
      const [first, second] = await runCommand(url, { kind: 'list' });
      expect(first).not.toContain('active');
      expect(second).toMatch(/^b .*active, intensity 2$/);
    });
  });

  it('hands on why the world refused', async () => {
    await withWorld(404, '{"code":"X","message":"No such fault.","remedy":"List them."}', async (url) => {
      await expect(runCommand(url, { kind: 'clear', fault: 'x' })).rejects.toThrow('No such fault. List them.');
    });
    await withWorld(502, '<html>', async (url) => {
      await expect(runCommand(url, { kind: 'list' })).rejects.toThrow('502');
    });
  });

  it('says when there is no world', async () => {
    await expect(runCommand('http://127.0.0.1:9', { kind: 'list' })).rejects.toThrow(/cannot be reached/);
  });
});
