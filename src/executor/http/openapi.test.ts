import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTOR_ERRORS } from '../errors.ts';
import { type Harness, makeHarness } from '../testing/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await makeHarness();
});
afterAll(() => harness.stop());

const read = async () => (await harness.call('GET', '/v1/openapi.json', await harness.callers.person('carol'))).json;

describe('the description of the API', () => {
  it('has every route, with who may call it', async () => {
    const { paths, openapi } = await read();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths as Record<string, Record<string, { security: object[] }>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { security }]) => {
          const who = security.flatMap((one) => Object.keys(one)).join(' ');
          return `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')} ${who}`.trim();
        })
    );
    const served = harness.executor.routes.map(({ method, path, access }) => {
      const persons = !access.public && access.person ? ['person'] : [];
      const backend = !access.public && access.backend.length > 0 ? ['backend'] : [];
      const webhook = !access.public && access.webhook ? ['webhook'] : [];
      return [`${method} ${path}`, ...persons, ...backend, ...webhook].join(' ');
    });
    expect(described.sort()).toEqual(served.sort());
  });

  it('has the schemas that requests are checked with, and every error', async () => {
    const { paths, components } = await read();
    const decision = paths['/v1/plans/{id}/decision'].post;
    expect(decision.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }]);
    const { schema } = decision.requestBody.content['application/json'];
    expect(schema).toMatchObject({ additionalProperties: false, required: ['decision', 'planHash', 'challenge'] });
    expect(paths['/v1/plans'].get.parameters.map(({ name }: { name: string }) => name)).toContain('status');
    expect(components.schemas.Problem.properties.code.enum).toHaveLength(Object.keys(EXECUTOR_ERRORS).length);
  });
});
