import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { appSettingsSchema, datasourceSettingsSchema, DATASOURCE_SECRET_KEYS, QUERY_TYPES } from '#contracts';
import { ROOT } from './import-table.ts';

/** Keys of a compose service that the Compose specification knows and we use; a typing error is caught here. */
const SERVICE_KEYS = new Set([
  'build',
  'image',
  'restart',
  'user',
  'command',
  'environment',
  'volumes',
  'depends_on',
  'networks',
  'ports',
]);
const PANEL_TYPES_OF_GRAFANA = new Set([
  'timeseries',
  'stat',
  'table',
  'text',
  'row',
  'bargauge',
  'gauge',
  'state-timeline',
  'heatmap',
]);

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const compose = parse(read('docker-compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const pluginIds = [
  'plugin.json',
  'datasource/plugin.json',
  'panels/anomaly-score/plugin.json',
  'panels/causal-graph/plugin.json',
].map((name) => (JSON.parse(read(`src/${name}`)) as { id: string }).id);

describe('docker-compose.yaml', () => {
  it.each(services)('%s uses known keys, existing networks, volumes and files', (_name, service) => {
    expect(Object.keys(service).filter((key) => !SERVICE_KEYS.has(key))).toEqual([]);
    expect((service.networks ?? []).filter((network) => !(network in compose.networks))).toEqual([]);
    const sources = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
    expect(
      sources.filter((source) =>
        source.startsWith('.') ? !existsSync(path.join(ROOT, source)) : !(source in compose.volumes)
      )
    ).toEqual([]);
  });

  it('depends only on services that exist, under conditions that exist', () => {
    const wanted = services.flatMap(([, service]) => Object.entries(service.depends_on ?? {}));
    expect(wanted.filter(([name]) => !(name in compose.services))).toEqual([]);
    expect(
      wanted.filter(([, { condition }]) => !/^service_(started|healthy|completed_successfully)$/.test(condition))
    ).toEqual([]);
  });

  it('pins every image', () => {
    const images = services.map(([, service]) => service.image ?? '');
    expect(images.filter((image) => image.endsWith(':latest') || !image.includes(':'))).toEqual([]);
  });

  it('addresses only services of its own and of a shared network', () => {
    const broken = services.flatMap(([name, service]) =>
      Object.values(service.environment ?? {}).flatMap((value) => {
        const host = /^https?:\/\/([a-z-]+)[:/]/.exec(value)?.[1];
        const shares =
          host !== undefined &&
          (compose.services[host]?.networks ?? []).some((network) => service.networks?.includes(network));
        return host === undefined || shares ? [] : [`${name}: ${value}`];
      })
    );
    expect(broken).toEqual([]);
  });

  it('allows exactly the plugins we ship to load unsigned', () => {
    const allowed = compose.services.grafana?.environment?.GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS?.split(',');
    expect(allowed?.sort()).toEqual([...pluginIds].sort());
  });
});

describe('provisioning', () => {
  const datasources = (parse(read('provisioning/datasources/causeway.yaml')) as { datasources: readonly Datasource[] })
    .datasources;
  const uids = new Set([...datasources.map((datasource) => datasource.uid), '__expr__']);
  const apps = (
    parse(read('provisioning/plugins/causeway.yaml')) as { apps: readonly { type: string; jsonData: unknown }[] }
  ).apps;

  it('parses, one document a file, apiVersion 1', () => {
    const files = readdirSync(path.join(ROOT, 'provisioning'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yaml')
    );
    const documents = files.flatMap((name) => parseAllDocuments(read(`provisioning/${name}`)));
    expect(files.length).toBeGreaterThanOrEqual(4);
    expect(documents.map((document) => (document.toJS() as { apiVersion: number }).apiVersion)).toEqual(
      files.map(() => 1)
    );
  });

  it('configures the datasource and the app with settings that their schemas accept', () => {
    const causeway = datasources.find((datasource) => datasource.type === 'causeway-aiops-datasource');
    expect(() => datasourceSettingsSchema.parse(causeway?.jsonData)).not.toThrow();
    expect(
      Object.keys(causeway?.secureJsonData ?? {}).filter(
        (key) => !(DATASOURCE_SECRET_KEYS as readonly string[]).includes(key)
      )
    ).toEqual([]);
    expect(() =>
      appSettingsSchema.parse(apps.find((app) => app.type === 'causeway-aiops-app')?.jsonData)
    ).not.toThrow();
  });

  it('has alert rules whose condition, references, datasources and query types exist, and that carry the RCA link', () => {
    const groups = (
      parse(read('provisioning/alerting/causeway.yaml')) as { groups: readonly { rules: readonly Rule[] }[] }
    ).groups;
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.flatMap((rule) => lintRule(rule, uids))).toEqual([]);
  });
});

describe('dashboards', () => {
  const names = readdirSync(path.join(ROOT, 'dashboards')).filter((name) => name.endsWith('.json'));

  it.each(names)('%s uses panels that exist, known queries and a datasource variable', (name) => {
    const dashboard = JSON.parse(read(`dashboards/${name}`)) as Dashboard;
    expect(dashboard.id).toBeNull();
    expect(
      dashboard.panels
        .map((panel) => panel.type)
        .filter((type) => !PANEL_TYPES_OF_GRAFANA.has(type) && !pluginIds.includes(type))
    ).toEqual([]);
    const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
    expect(targets.length).toBeGreaterThan(0);
    expect(
      targets.filter(
        (target) => target.expr === undefined && !(QUERY_TYPES as readonly string[]).includes(target.queryType ?? '')
      )
    ).toEqual([]);
    expect(
      dashboard.panels.flatMap((panel) => panel.datasource?.uid ?? []).filter((uid) => !uid.startsWith('${'))
    ).toEqual([]);
  });

  it('are named in the includes of the app', () => {
    const app = JSON.parse(read('plugin.json')) as { includes: readonly { type: string; path: string }[] };
    const included = app.includes.filter((item) => item.type === 'dashboard').map((item) => item.path);
    expect(included.sort()).toEqual(names.map((name) => `dashboards/${name}`).sort());
  });
});

interface Datasource {
  readonly uid: string;
  readonly type: string;
  readonly jsonData?: unknown;
  readonly secureJsonData?: Readonly<Record<string, string>>;
}

interface Rule {
  readonly uid: string;
  readonly condition: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly {
    refId: string;
    datasourceUid: string;
    model: { expression?: string; queryType?: string; expr?: string };
  }[];
}

interface Dashboard {
  readonly id: null | number;
  readonly panels: readonly {
    readonly type: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr?: string; readonly queryType?: string }[];
  }[];
}

function lintRule(rule: Rule, uids: ReadonlySet<string>): string[] {
  const refIds = new Set(rule.data.map((query) => query.refId));
  const problems = rule.data.flatMap(({ refId, datasourceUid, model }) => [
    ...(uids.has(datasourceUid) ? [] : [`${refId}: no datasource ${datasourceUid}`]),
    ...(model.expression === undefined || refIds.has(model.expression)
      ? []
      : [`${refId}: no query ${model.expression}`]),
    ...(datasourceUid !== 'causeway' || (QUERY_TYPES as readonly string[]).includes(model.queryType ?? '')
      ? []
      : [`${refId}: unknown query type`]),
  ]);
  const needsLink = rule.data.some((query) => query.datasourceUid === 'causeway');
  const link = rule.annotations.causeway_rca_url ?? '';
  return [
    ...problems,
    ...(refIds.has(rule.condition) ? [] : [`condition ${rule.condition} is no query`]),
    ...(!needsLink || link.startsWith('{{ externalURL }}/a/causeway-aiops-app/rca?service=') ? [] : ['no RCA link']),
  ].map((problem) => `${rule.uid}: ${problem}`);
}
