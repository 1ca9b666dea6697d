import { z } from 'zod';
import type {
  AffectedService,
  ChangeEvent,
  ChangeKind,
  ServiceAnomaly,
  ServiceGraph,
  ServiceName,
  ServiceNode,
} from '#model';
import type { ImportantService, TopologyDiff } from '#model';
import type { SourceProblem } from './resource-api.ts';

/** What stands out in the shape of a graph. */
export interface TopologyShape {
  /** The services that most calls lead to, by PageRank; at most ten. */
  readonly important: readonly ImportantService[];
  /** Services that call each other in a circle, directly or through others. */
  readonly cycles: ReadonlyArray<readonly ServiceName[]>;
  /**
   * Services that all requests for others have to pass, with those others; the one with most first, at most ten. Their
   * failure cuts the others off from every entry.
   */
  readonly gateways: ReadonlyArray<{ readonly service: ServiceName; readonly dominates: readonly ServiceName[] }>;
}

/**
 * Answer of `GET topology?at=<ms>`, now when the time is not given; `from` and `to` are read as well, where `to` is the
 * instant. Sources that failed are in `graph.sources` and in `problems`.
 */
export interface TopologyAnswer {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
  readonly problems: readonly SourceProblem[];
  readonly shape?: TopologyShape;
}

/** Answer of `GET topology/diff?from=<ms>&to=<ms>`: how the graph at `to` differs from that at `from`. */
export interface TopologyDiffAnswer {
  readonly diff: TopologyDiff;
  readonly problems: readonly SourceProblem[];
}

/** Answer of `GET topology/blast-radius?service=<name>&at=<ms>`. */
export interface BlastRadiusAnswer {
  readonly service: ServiceName;
  readonly atMs: number;
  /** The service with its coverage and its entry points. */
  readonly node: ServiceNode;
  /** Who would feel a failure of the service, nearest first. */
  readonly affected: readonly AffectedService[];
  /** What the service depends on, nearest first; the share is that of its requests that go there. */
  readonly dependencies: readonly AffectedService[];
  /** Services that cannot be reached from any entry without it. */
  readonly dominates: readonly ServiceName[];
  readonly problems: readonly SourceProblem[];
}

/** Values of `format` of `GET topology/export?format=&part=&at=`; `part` is needed for `csv`. */
export const TOPOLOGY_FORMATS = ['json', 'cypher', 'csv'] as const;
export type TopologyFormat = (typeof TOPOLOGY_FORMATS)[number];
export const TOPOLOGY_CSV_PARTS = ['nodes', 'relationships'] as const;
export type TopologyCsvPart = (typeof TOPOLOGY_CSV_PARTS)[number];

/** Most characters of each text of an import. */
export const MAX_IMPORT_LENGTH = 4 * 1024 * 1024;

const importText = z.string().max(MAX_IMPORT_LENGTH, 'is longer than 4 MiB; import a part of the graph');

/**
 * Body of `POST topology/import`, for editors and administrators. `csv` takes the two files of the export, `json` lines or
 * a list as `apoc.export.json` writes them, or the rows of a query that returns nodes and relationships, `yaml` a topology
 * file. An empty import (`clear`) forgets the one before.
 */
export const topologyImportSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('csv'), nodes: importText, relationships: importText }),
  z.strictObject({ format: z.literal('json'), text: importText }),
  z.strictObject({ format: z.literal('yaml'), text: importText }),
  z.strictObject({ format: z.literal('clear') }),
]);
export type TopologyImport = z.infer<typeof topologyImportSchema>;

/** Answer of `POST topology/import`: what is now known beside the telemetry, until the backend stops. */
export interface TopologyImportAnswer {
  readonly nodes: number;
  readonly edges: number;
  readonly rules: number;
  /** What was left out, and why; at most twenty sentences. */
  readonly warnings: readonly string[];
  /** The import as a topology file, to be kept in the settings. */
  readonly topologyFile: string;
}

/** Most changes of one call of the webhook. */
export const MAX_WEBHOOK_CHANGES = 50;

const oneLine = (length: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(length)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text');

/** One change of the webhook. */
export const webhookChangeSchema = z.strictObject({
  service: oneLine(253),
  kind: z.enum(['deploy', 'config', 'migration', 'scale', 'flag'] satisfies ChangeKind[]),
  summary: oneLine(500),
  /** Now when missing. At most a day ago, at most a minute ahead. */
  atMs: z.number().int().nonnegative().optional(),
  version: oneLine(200).optional(),
  previousVersion: oneLine(200).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .optional(),
});
export type WebhookChange = z.infer<typeof webhookChangeSchema>;

/** Body of `POST changes`, the webhook: one change, or a list below `changes`. For editors and administrators. */
export const webhookSchema = z.union([
  z.strictObject({ changes: z.array(webhookChangeSchema).min(1).max(MAX_WEBHOOK_CHANGES) }),
  webhookChangeSchema.transform((change) => ({ changes: [change] })),
]);
export type WebhookBody = z.infer<typeof webhookSchema>;

/** Answer of `POST changes`. */
export interface WebhookAnswer {
  readonly accepted: number;
  /** Those that were known already. */
  readonly duplicates: number;
}

/** Answer of `GET changes?from=<ms>&to=<ms>`: changes of all sources, each once, oldest first. */
export interface ChangesAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly changes: readonly ChangeEvent[];
  readonly problems: readonly SourceProblem[];
}
