import { type FieldDisplay, getFieldDisplayValues, type PanelProps, type ReduceDataOptions } from '@grafana/data';
import { config } from '@grafana/runtime';

/** Options of the panels that reduce each series to one value. */
export interface ReducingOptions {
  readonly reduceOptions?: Partial<ReduceDataOptions>;
}

/** One value per series, with the field's unit, thresholds and mappings applied. */
export function readDisplayValues(panel: PanelProps<ReducingOptions>): FieldDisplay[] {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions: { values: false, calcs: ['lastNotNull'], ...panel.options.reduceOptions },
    replaceVariables: panel.replaceVariables,
    theme: config.theme2,
    data: panel.data.series,
    // A frame without time has no course to draw.
    sparkline: panel.data.series.some((frame) => frame.fields.some((field) => field.type === 'time')),
    timeZone: panel.timeZone,
  });
}
