import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { range, startSession } from './plugin-session.ts';

const session = startSession();

describe('diagnostics', () => {
  it('name every upstream that works', async () => {
    const health = await session.client.checkHealth(session.settings({ loki: { url: session.upstream.url } }));
    expect(health).toMatchObject({ status: 1, message: expect.stringMatching(/Connected: prometheus 3.5.0, loki/) });
    expect(health.details.upstreams).toHaveLength(2);
  });

  it('name the upstream that fails, with a remedy', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const health = await session.client.checkHealth({
      ...session.settings({ executor: { url: 'http://127.0.0.1:9' } }),
      secrets: { executorSigningKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    });
    expect(health).toMatchObject({
      status: 2,
      message: expect.stringMatching(/executor cannot be reached .*Check that/),
    });
    const unset = await session.client.checkHealth({
      jsonData: { prometheus: { url: 'http://p' }, watch: { detectSeconds: 0 } },
      uid: 'w',
    });
    expect(unset).toMatchObject({ status: 2, message: expect.stringMatching(/watch.detectSeconds/) });
    const key = await session.client.checkHealth({ ...session.settings({ executor: { url: 'http://e' } }), uid: 'k' });
    expect(key.message).toMatch(/no signing key/);
  });

  it('expose metrics with the scores of the watch', async () => {
    const uid = 'watched';
    const watched = { ...session.settings({ watch: { enabled: true, detectSeconds: 5 } }), uid };
    await session.client.fetchResource(watched, { path: 'watch' });
    await session.client.queryData(watched, [{ refId: 'A', json: { queryType: 'services' }, ...range }]);
    await expect
      .poll(() => session.client.collectMetrics(), { timeout: 15_000 })
      .toMatch(/anomaly_score\{service="payment",datasource="watched"\} 0/);
    const text = await session.client.collectMetrics();
    expect(text).toMatch(
      /^causeway_query_duration_seconds_bucket\{query_type="services",outcome="ok",le="\+Inf"\} \d+$/m
    );
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    await session.client.fetchResource({ ...session.settings(), uid }, { path: 'watch' });
  });
});
