import type { DataFrame, Field } from '@grafana/data';

/** One row of a frame: values by the lower-case name of their field. */
export type FrameRow = ReadonlyMap<string, unknown>;

/** How values and colours of a frame become text and paint; the panel asks Grafana, tests give something simple. */
export interface FrameLook {
  readonly format: (field: Field, value: unknown) => string;
  readonly color: (name: string) => string;
}

/** The field of a name; data sources write `mainstat` and `mainStat`. */
export function findField(frame: DataFrame, ...names: readonly string[]): Field | undefined {
  return frame.fields.find((field) => names.includes(field.name.toLowerCase()));
}

/** Whether the frame has every one of the fields. */
export function hasFields(frame: DataFrame, ...names: readonly string[]): boolean {
  return names.every((name) => findField(frame, name) !== undefined);
}

/** The rows of a frame, at most so many. */
export function toRows(frame: DataFrame, limit: number): readonly FrameRow[] {
  const names = frame.fields.map((field) => field.name.toLowerCase());
  return Array.from(
    { length: Math.min(frame.length, limit) },
    (_, index) => new Map(names.map((name, column) => [name, frame.fields[column]?.values[index]]))
  );
}

/** The first of the columns that holds text; numbers count, since ids often are numbers. */
export function readText(row: FrameRow, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row.get(name);
    if (typeof value === 'string' && value !== '') {
      return value;
    }
    if (typeof value === 'number' && Number.isFinite(value)) {
      return String(value);
    }
  }
  return undefined;
}

/** The first of the columns that holds a finite number. */
export function readNumber(row: FrameRow, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = row.get(name);
    if (typeof value === 'number' && Number.isFinite(value)) {
      return value;
    }
  }
  return undefined;
}

/** A cell as Grafana would show it; nothing for a cell that is empty. */
export function readShown(frame: DataFrame, row: FrameRow, name: string, look: FrameLook): string {
  const field = findField(frame, name);
  const value = row.get(name);
  return field && value !== null && value !== undefined && value !== '' ? look.format(field, value) : '';
}

/** How a person knows the field. */
export function toFieldLabel(field: Field): string {
  return field.config.displayName ?? field.name.replace(/^(?:detail|arc)__/i, '');
}
