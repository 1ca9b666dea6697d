import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './import-table.ts';

interface AppRoute {
  readonly path: string;
  readonly method: string;
  readonly url: string;
  readonly reqAction: string;
}

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const app = JSON.parse(read('src/plugin.json')) as {
  readonly routes: readonly AppRoute[];
  readonly roles: readonly {
    readonly role: { readonly permissions: readonly { readonly action: string }[] };
    readonly grants: readonly string[];
  }[];
};

/** As Grafana's proxy decides: the first entry that fits, exactly or by what stands before its star. */
function decide(method: string, asked: string): { readonly action: string; readonly url: string } | undefined {
  const route = app.routes.find(
    (one) =>
      one.method === method && (one.path.endsWith('/*') ? asked.startsWith(one.path.slice(0, -1)) : one.path === asked)
  );
  const rest = route?.path.endsWith('/*') ? `/${asked.slice(route.path.length - 1)}` : '';
  return route && { action: route.reqAction.split('.')[1] ?? '', url: route.url.replace(/^\{\{.*?\}\}/, '') + rest };
}

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('routes of the app to the executor', () => {
  it.each([
    ['GET', 'v1/incidents', 'runbooks:read'],
    ['GET', `v1/incidents/${ULID}`, 'runbooks:read'],
    ['GET', 'v1/alerts', 'runbooks:read'],
    ['PUT', `v1/incidents/${ULID}/assignee`, 'labels:write'],
    ['POST', `v1/runs/${ULID}/feedback`, 'labels:write'],
    // Refused by the executor itself: runs are started by the backend only.
    ['POST', 'v1/runs', 'actions:execute'],
    ['POST', 'v1/labels', 'labels:write'],
    ['POST', `v1/labels/${ULID}/withdraw`, 'labels:write'],
    ['POST', 'v1/plans', 'plans:propose'],
    ['POST', `v1/plans/${ULID}/decision`, 'actions:execute'],
    ['PUT', 'v1/freeze', 'actions:execute'],
    // Refused by the executor itself: it takes alerts by webhook only, and their incidents from the backend.
    ['POST', 'v1/alerts', 'actions:execute'],
    ['PUT', `v1/alerts/${ULID}/incident`, 'actions:execute'],
  ])('%s %s needs %s and keeps its address', (method, asked, action) => {
    expect(decide(method, `executor/${asked}`)).toEqual({ action, url: `/${asked}` });
  });

  it('let nobody delete or patch', () => {
    expect(['DELETE', 'PATCH'].map((method) => decide(method, 'executor/v1/incidents'))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('name permissions that a role has', () => {
    const granted = app.roles.flatMap(({ role }) => role.permissions.map(({ action }) => action));
    expect(app.routes.map(({ reqAction }) => reqAction).filter((action) => !granted.includes(action))).toEqual([]);
  });
});

describe('the webhook of alerts', () => {
  const { contactPoints, policies } = parse(read('provisioning/alerting/webhook.yaml')) as {
    readonly contactPoints: readonly { readonly name: string; readonly receivers: readonly Receiver[] }[];
    readonly policies?: unknown;
  };
  const compose = parse(read('docker-compose.yaml'), { merge: true }) as {
    readonly services: { readonly executor: { readonly environment: Readonly<Record<string, string>> } };
  };
  const { environment } = compose.services.executor;

  it('reaches the executor with the token that the executor reads', () => {
    const [receiver] = contactPoints[0]?.receivers ?? [];
    expect(receiver).toMatchObject({ type: 'webhook', disableResolveMessage: false });
    const { url, authorization_scheme: scheme, authorization_credentials: credentials } = receiver?.settings ?? {};
    expect(url).toBe(`http://executor:${environment['CAUSEWAY_EXECUTOR_PORT']}/v1/alerts`);
    expect(`${scheme} ${credentials}`).toBe(`Bearer $__file{${environment['CAUSEWAY_ALERT_TOKEN_FILE']}}`);
    expect(environment['CAUSEWAY_ALERT_TOKEN_FILE']).not.toBe(environment['CAUSEWAY_PROXY_TOKEN_FILE']);
  });

  it('takes over nobody’s notification policies', () => {
    expect(policies).toBeUndefined();
  });
});

interface Receiver {
  readonly type: string;
  readonly disableResolveMessage: boolean;
  readonly settings: Readonly<Record<string, string>>;
}
