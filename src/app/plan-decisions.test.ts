import { describe, expect, it } from 'vitest';
import { plan } from '../ui/testing/records.ts';
import { createExecutorClient } from './api/executor-client.ts';
import { createDecisionPort } from './plan-decisions.ts';
import { type FakeAnswer, fakeHttp } from './testing/fake-http.ts';

const CHALLENGE = { challenge: 'c'.repeat(32), planHash: 'a'.repeat(64), expiresMs: 1 };

function portWith(answer: (url: string) => FakeAnswer) {
  const { http, requests } = fakeHttp(({ url }) => answer(url));
  let refreshed = 0;
  const port = createDecisionPort(createExecutorClient(http), () => {
    refreshed += 1;
  });
  return { port, requests, refreshed: () => refreshed };
}

describe('decisions', () => {
  it('carry plan hash and challenge, and refresh the page', async () => {
    const { port, requests, refreshed } = portWith((url) => ({
      value: url.endsWith('challenge') ? CHALLENGE : plan(),
    }));
    const challenge = await port.challenge(plan());
    await port.decide(plan(), { decision: 'approve', comment: 'go', breakGlass: false }, challenge);
    expect(requests[1]?.data).toEqual({
      decision: 'approve',
      planHash: 'a'.repeat(64),
      challenge: CHALLENGE.challenge,
      comment: 'go',
    });
    expect(refreshed()).toBe(1);
  });

  it('are refused when the plan is no longer the one on the screen', async () => {
    const { port, requests, refreshed } = portWith(() => ({ value: { ...CHALLENGE, planHash: 'b'.repeat(64) } }));
    await expect(port.challenge(plan())).rejects.toMatchObject({ problem: { code: 'CAUSEWAY_APP_PLAN_CHANGED' } });
    expect(requests).toHaveLength(1);
    expect(refreshed()).toBe(1);
  });

  it('show the refusal of the executor and what is true now', async () => {
    const { port, refreshed } = portWith(() => ({
      status: 409,
      body: { code: 'EXPIRED', title: 'Expired', remedy: 'Ask again.' },
    }));
    const error: unknown = await port
      .decide(plan(), { decision: 'reject', comment: '', breakGlass: false }, 'c')
      .catch((failure: unknown) => failure);
    expect(port.toProblem(error)).toMatchObject({ code: 'EXPIRED', remedy: 'Ask again.' });
    expect(refreshed()).toBe(1);
  });
});
