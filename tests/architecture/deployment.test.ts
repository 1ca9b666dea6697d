import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { appSettingsSchema, causewayQuerySchema, datasourceSettingsSchema, DATASOURCE_SECRET_KEYS } from '#contracts';
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

  it('parses, one document a file, in the right version', () => {
    const files = readdirSync(path.join(ROOT, 'provisioning'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yaml')
    );
    const documents = files.flatMap((name) => parseAllDocuments(read(`provisioning/${name}`)));
    expect(files.length).toBeGreaterThanOrEqual(4);
    expect(documents.map((document) => (document.toJS() as { apiVersion: unknown }).apiVersion)).toEqual(
      files.map((name) => (name.startsWith('runbooks/') ? 'aiops.io/v1' : 1))
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

  const { groups } = parse(read('provisioning/alerting/causeway.yaml')) as { groups: readonly Group[] };
  const rules = groups.flatMap((group) => group.rules);

  it('has alert rules whose condition, references, datasources and query types exist, and that carry the RCA link', () => {
    expect(rules.flatMap((rule) => lintRule(rule, uids))).toEqual([]);
  });

  it('keeps the documented folder, group and interval, and a rule for each kind of finding', () => {
    expect(groups.map(({ folder, name, interval }) => ({ folder, name, interval }))).toEqual([
      { folder: 'AIOps', name: 'aiops-anomaly-detection', interval: '1m' },
    ]);
    expect(rules.map(({ uid }) => uid)).toEqual([
      'causeway-anomaly-service',
      'anomaly-cpu',
      'causeway-exhaustion',
      'causeway-log-anomaly',
      'causeway-data-quality',
      'causeway-approval-waiting',
    ]);
  });

  it('has a notification template that gives the links of the rules the times of the alert', () => {
    const { templates } = parse(read('provisioning/alerting/templates.yaml')) as {
      templates: readonly { template: string }[];
    };
    const text = templates.map(({ template }) => template).join('\n');
    // Provisioning takes `$` for a variable of the environment.
    expect(text).not.toContain('$');
    expect(text.match(/\{\{-? (?:define|if|range|with)\b/g)?.length).toBe(text.match(/\{\{-? end\b/g)?.length);
    expect(text).toContain('.StartsAt');
    const replaced = /reReplaceAll "([^"]+)"/.exec(text)?.[1] ?? '';
    const links = rules.flatMap(({ annotations }) => annotations.causeway_rca_url ?? []);
    expect(links.filter((link) => !new RegExp(replaced).test(link))).toEqual([]);
    expect(links.length).toBeGreaterThan(3);
  });

  it('compares CPU now, reduced to a number, with a baseline that ends one hour before', () => {
    const cpu = rules.find(({ uid }) => uid === 'anomaly-cpu');
    const model = (refId: string) => cpu?.data.find((query) => query.refId === refId)?.model;
    expect(model('R')).toMatchObject({ type: 'reduce', expression: 'A' });
    expect(model('C')?.expression).toBe('$R > $B');
    const ranges = model('B')?.expr?.match(/_over_time\(.*?\[24h:5m\]( offset 1h)?\)/g) ?? [];
    expect(ranges).toHaveLength(2);
    expect(ranges.filter((range) => !range.includes('offset 1h'))).toEqual([]);
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
      targets.filter((target) => target.expr === undefined && !causewayQuerySchema.safeParse(target).success)
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

interface Group {
  readonly name: string;
  readonly folder: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

interface RuleQuery {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly model: {
    readonly type?: string;
    readonly expression?: string;
    readonly queryType?: string;
    readonly expr?: string;
    readonly instant?: boolean;
  };
}

interface Rule {
  readonly uid: string;
  readonly condition: string;
  readonly noDataState?: string;
  readonly execErrState?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly RuleQuery[];
}

const NO_DATA_STATES = ['NoData', 'OK', 'Alerting', 'KeepLast'];
const ERROR_STATES = ['Error', 'OK', 'Alerting', 'KeepLast'];
/** Address of Grafana in a template, with or without a slash at its end as it is configured. */
const GRAFANA_ROOT = '{{ reReplaceAll "/+$" "" externalURL }}';
/** Query types that give one number a series; the others give a history or a table, which no rule can compare. */
const NUMERIC_QUERIES = ['anomaly-level', 'exhaustion', 'log-anomaly', 'data-quality'];

/** Queries that an expression reads: a name, or the `$` variables of a formula. */
function readsOf({ model }: RuleQuery): readonly string[] {
  if (model.expression === undefined) {
    return [];
  }
  return model.type === 'math'
    ? [...model.expression.matchAll(/\$\{?([A-Za-z]\w*)\}?/g)].map((match) => match[1] ?? '')
    : [model.expression];
}

/** Whether a query gives a history, which has to be reduced before it is compared. */
function givesHistory({ datasourceUid, model }: RuleQuery): boolean {
  return datasourceUid !== '__expr__' && (model.expr === undefined ? false : model.instant !== true);
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
  const byRef = new Map(rule.data.map((query) => [query.refId, query]));
  const link = rule.annotations.causeway_rca_url ?? '';
  const needsLink = rule.uid !== 'causeway-approval-waiting';
  return [
    ...rule.data.flatMap((query) => lintQuery(query, byRef, uids)),
    ...(byRef.has(rule.condition) ? [] : [`condition ${rule.condition} is no query`]),
    ...(NO_DATA_STATES.includes(rule.noDataState ?? '') ? [] : ['no decision on missing data']),
    ...(ERROR_STATES.includes(rule.execErrState ?? '') ? [] : ['no decision on errors']),
    ...(rule.labels.__grafana_origin === 'plugin/causeway-aiops-app'
      ? []
      : ['no origin: the rule menu hides our link']),
    ...(rule.annotations.summary === undefined ? ['no summary'] : []),
    ...(!needsLink || link.startsWith(`${GRAFANA_ROOT}/a/causeway-aiops-app/rca?service={{ urlquery `)
      ? []
      : ['no RCA link']),
  ].map((problem) => `${rule.uid}: ${problem}`);
}

function lintQuery(query: RuleQuery, byRef: ReadonlyMap<string, RuleQuery>, uids: ReadonlySet<string>): string[] {
  const { refId, datasourceUid, model } = query;
  const reads = readsOf(query).map((name) => ({ name, source: byRef.get(name) }));
  return [
    ...(uids.has(datasourceUid) ? [] : [`${refId}: no datasource ${datasourceUid}`]),
    ...reads.filter(({ source }) => source === undefined).map(({ name }) => `${refId}: no query ${name}`),
    ...reads
      .filter(({ source }) => source !== undefined && model.type !== 'reduce' && givesHistory(source))
      .map(({ name }) => `${refId}: compares the history ${name}, reduce it first`),
    ...(datasourceUid !== 'causeway' || NUMERIC_QUERIES.includes(model.queryType ?? '')
      ? []
      : [`${refId}: ${model.queryType ?? 'nothing'} gives no number a series`]),
  ];
}

describe('the lint of rules', () => {
  const good: Rule = {
    uid: 'x',
    condition: 'C',
    noDataState: 'OK',
    execErrState: 'Error',
    labels: { __grafana_origin: 'plugin/causeway-aiops-app' },
    annotations: {
      summary: 's',
      causeway_rca_url: `${GRAFANA_ROOT}/a/causeway-aiops-app/rca?service={{ urlquery "a" }}`,
    },
    data: [
      { refId: 'B', datasourceUid: 'prom', model: { expr: 'up', instant: true } },
      { refId: 'C', datasourceUid: '__expr__', model: { type: 'math', expression: '$B > 1' } },
    ],
  };
  const uids = new Set(['prom', 'causeway', '__expr__']);

  it.each<[string, Partial<Rule>, string]>([
    [
      'a history that is compared',
      { data: [{ ...good.data[0], model: { expr: 'up' } } as RuleQuery, good.data[1] as RuleQuery] },
      'reduce it first',
    ],
    ['a formula over nothing', { data: [good.data[1] as RuleQuery] }, 'no query B'],
    [
      'a query that gives a history',
      {
        data: [
          { refId: 'B', datasourceUid: 'causeway', model: { queryType: 'anomaly-score' } },
          good.data[1] as RuleQuery,
        ],
      },
      'gives no number',
    ],
    ['no decision on missing data', { noDataState: undefined as never }, 'no decision on missing data'],
    ['no link', { annotations: { summary: 's' } }, 'no RCA link'],
  ])('finds %s', (_name, change, problem) => {
    expect(lintRule(good, uids)).toEqual([]);
    expect(lintRule({ ...good, ...change }, uids).join()).toContain(problem);
  });
});
