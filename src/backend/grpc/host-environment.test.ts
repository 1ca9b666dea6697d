import { describe, expect, it } from 'vitest';
import { readHostEnvironment } from './host-environment.ts';

const cookie = { grafana_plugin_type: 'datasource', PLUGIN_PROTOCOL_VERSIONS: '2' };

describe('the host environment', () => {
  it.each([
    ['a child of Grafana', cookie, { kind: 'child', socketFolder: undefined }],
    [
      'a child with a socket folder',
      { ...cookie, PLUGIN_UNIX_SOCKET_DIR: '/run/grafana' },
      { kind: 'child', socketFolder: '/run/grafana' },
    ],
    ['a host with several protocols', { ...cookie, PLUGIN_PROTOCOL_VERSIONS: '1,2,3' }, { kind: 'child' }],
    ['a sidecar', { CAUSEWAY_GRPC_LISTEN: '0.0.0.0:50051' }, { kind: 'standalone', listen: '0.0.0.0:50051' }],
  ])('is %s', (_case, env, expected) => {
    expect(readHostEnvironment(env, 'v24.1.0')).toMatchObject(expected);
  });

  it.each([
    ['no cookie', {}, 'v24.1.0', /Grafana starts it/],
    ['an old Node', cookie, 'v20.20.2', /Node 24 or newer and was started with v20.20.2/],
    ['a host without protocol 2', { ...cookie, PLUGIN_PROTOCOL_VERSIONS: '1' }, 'v24.1.0', /this backend speaks 2/],
    ['a port without host', { CAUSEWAY_GRPC_LISTEN: '50051' }, 'v24.1.0', /give host:port/],
  ])('refuses %s', (_case, env, version, reason) => {
    expect(readHostEnvironment(env, version)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(reason) as string,
    });
  });
});
