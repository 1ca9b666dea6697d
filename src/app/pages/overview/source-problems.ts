import type { SourceProblem } from '#contracts';
import type { Problem } from '#ui';

const SOURCES: Readonly<Record<SourceProblem['source'], string>> = {
  prometheus: 'Prometheus',
  loki: 'Loki',
  tempo: 'Tempo',
  jaeger: 'Jaeger',
  grafana: 'Grafana',
  'topology-file': 'The topology file',
  executor: 'Executor',
  llm: 'Language model',
};

/** Problems of sources as the backend reports them, named as people name the sources. */
export function toProblems(problems: readonly SourceProblem[]): readonly Problem[] {
  return problems.map(({ source, code, message, remedy }) => ({ source: SOURCES[source], code, message, remedy }));
}
