import { z } from 'zod';

/** Where one upstream is reached. Secrets are not here: they come decrypted, beside it. */
export const upstreamSchema = z.strictObject({
  /** Base URL; for the Grafana proxy form, `<grafana>/api/datasources/proxy/uid/<uid>`. */
  url: z.url({ protocol: /^https?$/ }),
  auth: z.enum(['none', 'basic', 'bearer', 'header']).default('none'),
  /** User name of basic authentication. */
  user: z.string().max(200).optional(),
  /** Header name of custom-header authentication. */
  headerName: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .optional(),
  timeoutSeconds: z.number().min(1).max(120).default(20),
});
export type Upstream = z.infer<typeof upstreamSchema>;

const signalName = z.string().regex(/^[a-z][a-z0-9_-]{0,59}$/, 'use lower-case letters, digits, - and _');

/** A signal that the user defines: a query, its unit and the direction that does harm. */
export const userSignalSchema = z.strictObject({
  name: signalName,
  /** PromQL. One series per service; the label named by `serviceLabel` says which. */
  query: z.string().min(1).max(2000),
  serviceLabel: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/)
    .default('service'),
  unit: z.enum(['seconds', 'bytes', 'ratio', 'per-second', 'count', 'cores', 'dimensionless']),
  harm: z.enum(['up', 'down', 'both']).default('both'),
  /** Value at which the resource is exhausted, in the unit of the signal. */
  limit: z.number().positive().optional(),
});
export type UserSignal = z.infer<typeof userSignalSchema>;

/** How anomalies are detected. */
export const detectionSettingsSchema = z.strictObject({
  ewma: z
    .strictObject({
      lambda: z.number().min(0.01).max(1).default(0.2),
      sigma: z.number().min(1).max(10).default(3),
    })
    .prefault({}),
  /**
   * How far the history is trusted: the share of its strangest points that is left out before tails are fitted, never
   * an alarm threshold. `reviewed` 0, `services` 0.005, `host` 0.01.
   */
  profile: z.enum(['reviewed', 'services', 'host']).default('services'),
  /**
   * The documented contamination of an isolation forest (0.01 or 0.05). Accepted and mapped: up to 0.01 to the profile
   * `services`, above to `host`; the documented flags are exported for comparison and alert nobody.
   */
  contamination: z.number().min(0).max(0.5).optional(),
  /** A critical forest alone is only a warning. */
  requireCorroboration: z.boolean().default(false),
  /** Series judged by all detectors; the others get the light set. */
  fullTierSeries: z.number().int().min(0).max(5000).default(500),
  /** IANA time zone of daily and weekly profiles. */
  timeZone: z.string().max(60).default('UTC'),
  /** Share of a memory, pool, disk or descriptor limit at which the resource counts as exhausted. */
  utilisationLimit: z.number().min(0.1).max(1).default(1),
  /** Signals of the user. */
  signals: z.array(userSignalSchema).max(50).default([]),
  /** Run the LSTM where its gate passed. */
  lstm: z.boolean().default(false),
});
export type DetectionSettings = z.infer<typeof detectionSettingsSchema>;

/** Most characters of a topology file. */
export const MAX_TOPOLOGY_FILE_LENGTH = 262_144;

/** Which sources make the service graph, and how old their sightings may be. */
export const topologySettingsSchema = z.strictObject({
  /** Look for calls in samples of the traces of Tempo and Jaeger. */
  spans: z.boolean().default(true),
  /** Namespace, team and workload of services, from kube-state-metrics. */
  kubernetes: z.boolean().default(true),
  /** How far back sightings are looked for. */
  lookbackMinutes: z.number().int().min(15).max(10_080).default(360),
  /** An edge that was not seen for so long is stale: shown, but not used to explain incidents. */
  staleMinutes: z.number().int().min(5).max(10_080).default(60),
  /** Label of Kubernetes objects that names the team. */
  teamLabel: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$/)
    .default('team'),
  /** Text of a topology file: services, what they depend on, and rules; YAML. */
  file: z.string().max(MAX_TOPOLOGY_FILE_LENGTH).optional(),
});
export type TopologySettings = z.infer<typeof topologySettingsSchema>;

/** Where changes are heard of, beside the change-events stream of Loki. */
export const changeSettingsSchema = z.strictObject({
  /** Rollouts, configuration and scaling, from kube-state-metrics. */
  kubernetes: z.boolean().default(true),
  /** Annotations with one of these tags are changes; needs the address of Grafana. */
  annotationTags: z
    .array(z.string().min(1).max(100))
    .max(20)
    .default(['deploy', 'deployment', 'release', 'rollback', 'config', 'migration', 'scale', 'flag', 'feature-flag']),
  /** Take changes that are sent to the `changes` resource. */
  webhook: z.boolean().default(true),
});
export type ChangeSettings = z.infer<typeof changeSettingsSchema>;

/** Most that may be spent; what is missing is not limited. Money is in the currency of the prices. */
const budgetLimitSchema = z.strictObject({
  tokens: z.number().int().min(1000).max(1e9).optional(),
  cost: z.number().min(0).max(1e6).optional(),
});

const pricePerMillion = z.number().min(0).max(10_000);

/** What the language model may use and cost, and what it must not see. */
const languageModelOptions = {
  /** The Messages API, or the LLM app of the Grafana whose address and token `grafana` gives. */
  provider: z.enum(['messages-api', 'grafana-llm-app']).default('messages-api'),
  /** Limits of one investigation with tools. */
  investigation: z
    .strictObject({
      turns: z.number().int().min(1).max(50).default(12),
      toolCalls: z.number().int().min(0).max(100).default(24),
      tokens: z.number().int().min(10_000).max(10_000_000).default(150_000),
      seconds: z.number().min(5).max(900).default(180),
      cost: z.number().min(0).max(1000).optional(),
    })
    .prefault({}),
  budgets: z
    .strictObject({
      perIncident: budgetLimitSchema.default({ tokens: 500_000 }),
      perMonth: budgetLimitSchema.default({ tokens: 10_000_000 }),
    })
    .prefault({}),
  /** By the name of the model as `model` has it; per million tokens. A model without a price is counted in tokens only. */
  prices: z
    .record(
      z.string().min(1).max(100),
      z.strictObject({
        inputPerMillion: pricePerMillion,
        outputPerMillion: pricePerMillion,
        cacheReadPerMillion: pricePerMillion.optional(),
        cacheWritePerMillion: pricePerMillion.optional(),
      })
    )
    .default({}),
  /** Patterns of private values beyond those that are always hidden: regular expressions without look-around and back-references. */
  privatePatterns: z.array(z.string().min(1).max(200)).max(20).default([]),
};

/** A number that tells what an incident costs, such as orders or money per minute. */
const impactMetricSchema = z.strictObject({
  /** As a report names it, for example `Revenue`. */
  name: z.string().min(1).max(60),
  /** PromQL of a rate. Several series are added up. */
  query: z.string().min(1).max(2000),
  /** What is counted, without its time: `orders`, `USD`. */
  unit: z.string().min(1).max(20),
  /** Time that the rate of the query is per. */
  per: z.enum(['second', 'minute']).default('second'),
  /** When something is lost: sales while they are lower than usual, complaints while they are higher. */
  direction: z.enum(['loss-when-lower', 'loss-when-higher']).default('loss-when-lower'),
});
export type ImpactMetric = z.infer<typeof impactMetricSchema>;

/** What incidents are measured by beside failed requests. */
const impactSettingsSchema = z.strictObject({
  metrics: z.array(impactMetricSchema).max(10).default([]),
});

/** `jsonData` of `causeway-aiops-datasource`. Every setting can be provisioned; none lives only in the UI. */
export const datasourceSettingsSchema = z.strictObject({
  prometheus: upstreamSchema,
  loki: upstreamSchema.optional(),
  tempo: upstreamSchema.optional(),
  /** The query service of Jaeger, for example `http://jaeger-query:16686`. */
  jaeger: upstreamSchema.optional(),
  /** Grafana's own address, for its annotations; needs a service-account token that may read them. */
  grafana: upstreamSchema.optional(),
  executor: upstreamSchema.optional(),
  /** Namespace label of the workloads to look at; all namespaces when empty. */
  namespace: z.string().max(63).optional(),
  watch: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** How often signals are read: the step of every series. */
      collectSeconds: z.number().min(5).max(600).default(60),
      /** How often services are judged: the step of the service models. A multiple of `collectSeconds`. */
      detectSeconds: z.number().min(5).max(3600).default(300),
      /** How much history detectors and models start from; at most 30 days. */
      historyMinutes: z.number().min(30).max(43_200).default(20_160),
      /** Hour of the day, in the time zone of detection, at which models are fitted anew. */
      fitHour: z.number().int().min(0).max(23).default(3),
    })
    .prefault({}),
  detection: detectionSettingsSchema.prefault({}),
  topology: topologySettingsSchema.prefault({}),
  changes: changeSettingsSchema.prefault({}),
  investigations: z
    .strictObject({
      /** Time of one investigation before the language model is asked, which has limits of its own. */
      seconds: z.number().min(5).max(600).default(60),
      /** So many run at the same time; the others wait. */
      concurrent: z.number().int().min(1).max(8).default(2),
    })
    .prefault({}),
  impact: impactSettingsSchema.prefault({}),
  llm: z
    .strictObject({
      enabled: z.boolean().default(false),
      baseUrl: z.url({ protocol: /^https?$/ }).optional(),
      model: z.string().max(100).default('claude-sonnet-5-5'),
      timeoutSeconds: z.number().min(5).max(300).default(60),
      ...languageModelOptions,
    })
    .prefault({}),
});
export type DatasourceSettings = z.infer<typeof datasourceSettingsSchema>;

/**
 * Keys of the datasource's `secureJsonData`. `*Secret` is the basic password, bearer token or header value;
 * `*Ca` a PEM certificate; `executorSigningKey` an Ed25519 private key in PKCS #8 PEM.
 */
export const DATASOURCE_SECRET_KEYS = [
  'prometheusSecret',
  'prometheusCa',
  'lokiSecret',
  'lokiCa',
  'tempoSecret',
  'tempoCa',
  'jaegerSecret',
  'jaegerCa',
  'grafanaSecret',
  'grafanaCa',
  'executorSigningKey',
  'executorCa',
  'llmApiKey',
] as const;
export type DatasourceSecretKey = (typeof DATASOURCE_SECRET_KEYS)[number];

/** `jsonData` of the app plugin. */
export const appSettingsSchema = z.strictObject({
  executorUrl: z.string().max(500).optional(),
  /** uid of the Causeway datasource the pages use. */
  datasourceUid: z.string().max(100).optional(),
});
export type AppSettings = z.infer<typeof appSettingsSchema>;
