import type { FieldConfigEditorBuilder } from '@grafana/data';
import {
  AxisPlacement,
  BarAlignment,
  type GraphFieldConfig,
  GraphDrawStyle,
  GraphGradientMode,
  LineInterpolation,
  ScaleDistribution,
  StackingMode,
  VisibilityMode,
} from '@grafana/schema';
import { noEditor } from '../registries/editors.ts';

const DEFAULTS: Readonly<Record<string, unknown>> = {
  drawStyle: GraphDrawStyle.Line,
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  lineStyle: undefined,
  fillOpacity: 0,
  fillBelowTo: undefined,
  gradientMode: GraphGradientMode.None,
  spanNulls: false,
  insertNulls: false,
  showPoints: VisibilityMode.Auto,
  pointSize: 5,
  barAlignment: BarAlignment.Center,
  barWidthFactor: 0.6,
  stacking: { mode: StackingMode.None, group: 'A' },
  transform: undefined,
  thresholdsStyle: { mode: 'off' },
  scaleDistribution: { type: ScaleDistribution.Linear },
  hideFrom: { tooltip: false, viz: false, legend: false },
  axisPlacement: AxisPlacement.Auto,
  axisLabel: '',
  axisWidth: undefined,
  axisSoftMin: undefined,
  axisSoftMax: undefined,
  axisColorMode: undefined,
  axisBorderShow: false,
  axisGridShow: undefined,
  axisCenteredZero: false,
};

/** Declares the graph's field options, so that a scene's overrides for them are kept. */
export function addGraphFieldOptions(builder: FieldConfigEditorBuilder<GraphFieldConfig>): void {
  for (const [path, defaultValue] of Object.entries(DEFAULTS)) {
    builder.addCustomEditor({
      id: path,
      path,
      name: path,
      editor: noEditor,
      override: noEditor,
      process: (value: unknown) => value,
      shouldApply: () => true,
      defaultValue,
    });
  }
}
