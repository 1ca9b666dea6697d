import { type DataTransformerInfo, standardTransformers, type TransformerRegistryItem } from '@grafana/data';
import { noEditor } from './editors.ts';

/** The transformations that @grafana/data ships; those of Grafana's core are absent. */
export function listTransformers(): TransformerRegistryItem[] {
  const byId = new Map<string, DataTransformerInfo>();
  for (const transformer of Object.values(standardTransformers) as DataTransformerInfo[]) {
    // Aliases share the id of the transformation they stand for.
    if (!byId.has(transformer.id)) {
      byId.set(transformer.id, transformer);
    }
  }
  return [...byId.values()].map((transformer) => ({
    id: transformer.id,
    name: transformer.name,
    editor: noEditor,
    transformation: () => Promise.resolve(transformer),
    imageDark: '',
    imageLight: '',
  }));
}
