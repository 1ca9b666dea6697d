import {
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformersRegistry,
} from '@grafana/data';
import { listEditors } from './editors.ts';
import { listFieldConfigs } from './field-config.ts';
import { listTransformers } from './transformers.ts';

/** Fills the registries that Grafana's core fills: field options, option editors and transformations. */
export function initialiseRegistries(): void {
  standardFieldConfigEditorRegistry.setInit(listFieldConfigs);
  standardEditorsRegistry.setInit(listEditors);
  standardTransformersRegistry.setInit(listTransformers);
}
