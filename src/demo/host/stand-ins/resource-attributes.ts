import type { DataFrame } from '@grafana/data';

/** Attributes by name, as Grafana hands them to plugins. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

/** The services of log lines or of traces, each with the attributes that are known of it. */
export function listResources(kind: 'logs' | 'traces', series: readonly DataFrame[]): readonly Attributes[] {
  const byService = new Map<string, Attributes>();
  for (const frame of series) {
    const name = kind === 'logs' ? 'labels' : 'Service';
    for (const value of (frame.fields.find((field) => field.name === name)?.values ?? []) as readonly unknown[]) {
      const attributes = kind === 'logs' ? fromLabels(value) : { 'service.name': [String(value)] };
      const service = attributes['service.name']?.[0] ?? '';
      if (service !== '') {
        byService.set(service, attributes);
      }
    }
  }
  return [...byService.values()];
}

/** Loki names `service.name` with an underscore. */
function fromLabels(labels: unknown): Attributes {
  const entries = typeof labels === 'object' && labels !== null ? Object.entries(labels) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => [name === 'service_name' ? 'service.name' : name, [String(value)]])
  );
}
