import { describe, expect, it } from 'vitest';
import { fakeHttp } from '../testing/fake-http.ts';
import { createBackendClient } from './backend-client.ts';

describe('backend client', () => {
  it('turns an error body into a problem with its code and remedy', async () => {
    const body = { code: 'CAUSEWAY_PROM_TIMEOUT', message: 'm', remedy: 'r' };
    const { http, requests } = fakeHttp(() => ({ status: 504, body }));
    await expect(createBackendClient('uid/1', http).overview()).rejects.toMatchObject({ problem: body, status: 504 });
    expect(requests[0]?.url).toBe('/api/datasources/uid/uid%2F1/resources/overview');
  });

  it('does not begin when it was cancelled before', async () => {
    const { http, requests } = fakeHttp(() => 'silence');
    await expect(
      createBackendClient('u', http).topology({ fromMs: 0, toMs: 1 }, AbortSignal.abort())
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toHaveLength(1);
  });
});
