import type { RankingServiceType } from '#engine';
import { fieldsOf, type Fields, listOf, refuse } from './topology-fields.ts';

/** What the nodes of a service graph are to the ranking. */
const TYPE_OF_KIND: Readonly<Record<string, RankingServiceType>> = {
  service: 'service',
  database: 'database',
  cache: 'database',
  queue: 'database',
  external: 'remote',
  client: 'client',
};

/** Services and calls with names, as a topology file has them. */
export interface NamedTopology {
  readonly services: readonly { readonly name: unknown; readonly type: RankingServiceType }[];
  readonly edges: readonly (readonly [caller: unknown, callee: unknown])[];
}

/** Whether a file is a service graph that the product exported, by the topology page or by `topology/export?format=json`. */
export function isExportedGraph({ nodes }: Fields): boolean {
  return Array.isArray(nodes);
}

/**
 * Reads the services and calls of an exported graph; folded groups are refused, since their members are missing.
 *
 * @throws TrainingError `CAUSEWAY_TRAINING_TOPOLOGY` naming the field
 * Cost O(N + E).
 */
export function readExportedGraph(file: Fields): NamedTopology {
  return {
    services: listOf(file.nodes, 'nodes').map((item, i) => {
      const { name, kind, members } = fieldsOf(item, `nodes[${i}]`);
      if (members !== undefined) {
        refuse(`nodes[${i}]`, 'is a folded group; export the graph with all groups open');
      }
      return { name, type: TYPE_OF_KIND[String(kind)] ?? 'service' };
    }),
    edges: listOf(file.edges, 'edges').map((item, i) => {
      const { caller, callee } = fieldsOf(item, `edges[${i}]`);
      return [caller, callee];
    }),
  };
}
