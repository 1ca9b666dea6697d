import { describe, expect, it } from 'vitest';
import type { RebaselineRequest } from '#contracts';
import { answerRebaseline } from './rebaseline.ts';

function call(role: string, body: string) {
  const asked: RebaselineRequest[] = [];
  const datasource = {
    uid: 'a',
    clock: { now: () => 5 },
    detection: { rebaseline: (request: RebaselineRequest) => void asked.push(request) },
  };
  return { asked, answer: answerRebaseline({ datasource, role, log: () => undefined, body: Buffer.from(body) }) };
}

describe('POST detectors/rebaseline', () => {
  it.each(['Editor', 'Admin'])('asks for it with its reason, as %s', async (role) => {
    const { asked, answer } = call(role, '{"reason": " new version ", "service": "cart"}');
    expect(await answer).toEqual({ reason: 'new version', service: 'cart', atMs: 5 });
    expect(asked).toEqual([{ reason: 'new version', service: 'cart' }]);
  });

  it.each(['Viewer', 'None', '', 'admin'])('refuses the role "%s"', async (role) => {
    const { asked, answer } = call(role, '{"reason": "x"}');
    await expect(answer).rejects.toMatchObject({ code: 'CAUSEWAY_FORBIDDEN', status: 403 });
    expect(asked).toEqual([]);
  });

  it.each([
    '',
    '{',
    'null',
    '{}',
    '{"reason": ""}',
    '{"reason": 1}',
    '{"reason": "x", "service": ""}',
    '{"reason":"x","y":1}',
  ])('refuses the body %s', async (body) => {
    const { asked, answer } = call('Admin', body);
    await expect(answer).rejects.toMatchObject({ code: 'CAUSEWAY_REQUEST_INVALID' });
    expect(asked).toEqual([]);
  });

  it('names the field that is not usable, and why', async () => {
    const { answer } = call('Admin', '{"reason": 1}');
    await expect(answer).rejects.toMatchObject({ message: expect.stringMatching(/field reason .*expected string/) });
  });
});
