import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type Field,
  type FieldConfigPropertyItem,
  FieldType,
  identityOverrideProcessor,
  numberOverrideProcessor,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import { noEditor } from './editors.ts';

type Process = FieldConfigPropertyItem['process'];

function property(
  id: string,
  process: unknown,
  rest: { readonly defaultValue?: unknown; readonly numbersOnly?: boolean } = {}
): FieldConfigPropertyItem {
  return {
    id,
    path: id,
    name: id,
    description: '',
    editor: noEditor,
    override: noEditor,
    process: process as Process,
    shouldApply: (field: Field) => !rest.numbersOnly || field.type === FieldType.number,
    settings: {},
    ...(rest.defaultValue === undefined ? {} : { defaultValue: rest.defaultValue }),
  };
}

/** Standard field options with Grafana's own processors, so that units, thresholds and mappings apply. */
export function listFieldConfigs(): FieldConfigPropertyItem[] {
  const numbersOnly = true;
  return [
    property('unit', unitOverrideProcessor),
    property('min', numberOverrideProcessor, { numbersOnly }),
    property('max', numberOverrideProcessor, { numbersOnly }),
    property('decimals', numberOverrideProcessor, { numbersOnly }),
    property('displayName', displayNameOverrideProcessor),
    property('noValue', stringOverrideProcessor),
    property('fieldMinMax', booleanOverrideProcessor, { numbersOnly }),
    property('color', identityOverrideProcessor, { defaultValue: { mode: 'thresholds' } }),
    property('thresholds', thresholdsOverrideProcessor, {
      defaultValue: {
        mode: 'absolute',
        steps: [
          { value: -Infinity, color: 'green' },
          { value: 80, color: 'red' },
        ],
      },
    }),
    property('mappings', valueMappingsOverrideProcessor, { defaultValue: [] }),
    property('links', dataLinksOverrideProcessor),
    property('actions', dataLinksOverrideProcessor),
    property('filterable', booleanOverrideProcessor),
  ];
}
