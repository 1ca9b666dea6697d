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

/** `jsonData` of `causeway-aiops-datasource`. Every setting can be provisioned; none lives only in the UI. */
export const datasourceSettingsSchema = z.strictObject({
  prometheus: upstreamSchema,
  loki: upstreamSchema.optional(),
  tempo: upstreamSchema.optional(),
  executor: upstreamSchema.optional(),
  /** Namespace label of the workloads to look at; all namespaces when empty. */
  namespace: z.string().max(63).optional(),
  watch: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** How often signals are read and judged. */
      intervalSeconds: z.number().min(5).max(600).default(60),
      /** How much history a detector starts from. */
      historyMinutes: z.number().min(30).max(10_080).default(180),
    })
    .prefault({}),
  llm: z
    .strictObject({
      enabled: z.boolean().default(false),
      baseUrl: z.url({ protocol: /^https?$/ }).optional(),
      model: z.string().max(100).default('claude-sonnet-5-5'),
      timeoutSeconds: z.number().min(5).max(300).default(60),
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
