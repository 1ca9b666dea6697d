import type { DataGap, QualityVerdict, Signal } from '#model';
import { type ColumnTable, numericColumns, rowCount } from '../tables/column-table.ts';
import type { ColumnSummary, TableEngine } from '../tables/danfo-table.ts';
import { checkExpectations, documentedDrops, type DroppedRows, type ExpectationResult } from './expectations.ts';
import { type InspectionGrid, inspectSeries, type SeriesInspection } from './inspect-series.ts';

/** The data-quality report of one window. */
export interface QualityReport {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepSeconds: number;
  readonly rows: number;
  readonly series: readonly SeriesInspection[];
  readonly features: readonly ColumnSummary[];
  readonly expectations: readonly ExpectationResult[];
  /** What the documented cleaning would drop; nothing is dropped. */
  readonly documentedDrops: readonly DroppedRows[];
  readonly gaps: readonly DataGap[];
}

/** What the report is made from. */
export interface ReportInput {
  readonly signals: readonly Signal[];
  readonly table: ColumnTable;
  readonly grid: InspectionGrid;
  readonly gaps: readonly DataGap[];
  /** How often the gate gave each verdict to a signal. */
  readonly judge: (signal: Signal) => Readonly<Partial<Record<QualityVerdict, number>>>;
}

/** Puts the report together. Cost O(points log points). */
export function makeReport({ signals, table, grid, gaps, judge }: ReportInput, engine: TableEngine): QualityReport {
  const described = [...numericColumns(table)].filter(([name]) => name !== 'timestamp' && !name.endsWith('_imputed'));
  return {
    ...grid,
    rows: rowCount(table),
    series: signals
      .map((signal) => inspectSeries(signal, judge(signal), grid))
      .sort(
        (left, right) =>
          right.missing / right.expected - left.missing / left.expected || (left.signalId < right.signalId ? -1 : 1)
      ),
    features: engine.describe(new Map(described)),
    expectations: checkExpectations(table),
    documentedDrops: documentedDrops(table),
    gaps,
  };
}

/** The report as text of a terminal. */
export function renderReport(report: QualityReport): string {
  const { series, features, expectations, documentedDrops: drops, gaps } = report;
  const time = (ms: number): string => new Date(ms).toISOString();
  return [
    `Data quality from ${time(report.fromMs)} to ${time(report.toMs)}, step ${report.stepSeconds} s`,
    '',
    `Series: ${series.length}. Worst first.`,
    renderTable(
      ['signal', 'expected', 'accepted', 'missing', 'longest gap', 'stale', 'resets', 'range', 'zeros', 'outliers', ''],
      series.map((item) => [
        item.signalId,
        item.expected,
        item.accepted,
        item.missing,
        item.longestGap,
        item.stale,
        item.resets,
        item.outOfRange,
        percent(item.zeroShare),
        percent(item.outlierShare),
        item.constant ? 'constant' : '',
      ])
    ),
    '',
    `Feature table: ${report.rows} rows.`,
    renderTable(
      ['feature', 'count', 'mean', 'std', 'min', 'median', 'max'],
      features.map((item) => [
        item.column,
        item.count,
        ...[item.mean, item.std, item.min, item.median, item.max].map((value) => round(value)),
      ])
    ),
    '',
    'Expectations',
    renderTable(
      ['check', 'checked', 'failed'],
      expectations.map((item) => [item.name, item.checked, item.failures])
    ),
    '',
    'Rows that the documented cleaning would drop (kept here)',
    renderTable(
      ['reason', 'rows'],
      drops.map((item) => [item.reason, item.rows])
    ),
    ...(gaps.length === 0 ? [] : ['', 'Not read', ...gaps.map((gap) => `  ${gap.source}: ${gap.reason}`)]),
    '',
  ].join('\n');
}

function renderTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      `  ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd()
    )
    .join('\n');
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : 'unknown';
}

function round(value: number): string {
  return Number.isFinite(value) ? Number(value.toPrecision(4)).toString() : 'unknown';
}
