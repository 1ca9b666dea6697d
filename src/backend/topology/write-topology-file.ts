import { stringify } from 'yaml';
import { writePropagationRule } from '#engine';
import type { NodeReading, ServiceName, TopologyReading } from '#model';

/**
 * A reading as a topology file: what it says of services and their dependencies, without numbers and times, which a file
 * does not hold.
 */
export function writeTopologyFile(reading: Pick<TopologyReading, 'nodes' | 'edges' | 'rules'>): string {
  const callees = new Map<ServiceName, ServiceName[]>();
  for (const { caller, callee } of reading.edges) {
    callees.set(caller, [...(callees.get(caller) ?? []), callee]);
  }
  const described = new Map(reading.nodes.map((node) => [node.name, node]));
  const names = [...new Set([...described.keys(), ...callees.keys()])].sort();
  const services = names
    .filter((name) => described.get(name)?.kind !== 'client')
    .map((name) => toService(described.get(name) ?? { name }, callees.get(name)));
  const rules = reading.rules ?? [];
  const file = { services, ...(rules.length > 0 ? { propagation_rules: rules.map(writePropagationRule) } : {}) };
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}

function toService(node: NodeReading, callees: readonly ServiceName[] | undefined): Readonly<Record<string, unknown>> {
  const { name, kind, slaTarget, metrics, namespace, team, language, criticality, system, version, host, vendor } =
    node;
  const fields = {
    name,
    type: kind,
    depends_on: callees && [...new Set(callees)].sort(),
    metrics,
    namespace,
    team,
    language,
    criticality,
    sla_target: slaTarget === undefined ? undefined : Number((slaTarget * 100).toPrecision(12)),
    system,
    version,
    host,
    vendor,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
