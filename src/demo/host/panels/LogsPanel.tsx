import { type DataFrame, dateTimeFormat, FieldType, type PanelProps } from '@grafana/data';
import { NoData } from './NoData.tsx';

/** Log lines as plain text, in the order of the frames. */
export function LogsPanel(panel: PanelProps) {
  const lines = panel.data.series.flatMap(readLines);
  if (lines.length === 0) {
    return <NoData panel={panel} />;
  }
  return (
    <ol
      aria-label={panel.title || 'Logs'}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled with the keyboard
      tabIndex={0}
      style={{
        height: panel.height,
        overflow: 'auto',
        margin: 0,
        padding: 0,
        listStyle: 'none',
        fontFamily: 'monospace',
      }}
    >
      {lines.map(({ atMs, text }, index) => (
        <li key={index}>
          {atMs === undefined ? '' : `${dateTimeFormat(atMs, { timeZone: panel.timeZone })} `}
          {text}
        </li>
      ))}
    </ol>
  );
}

function readLines(frame: DataFrame): { readonly atMs: number | undefined; readonly text: string }[] {
  const times = frame.fields.find((field) => field.type === FieldType.time);
  const bodies =
    frame.fields.find((field) => field.name === 'body') ??
    frame.fields.find((field) => field.type === FieldType.string);
  return (bodies?.values ?? []).map((text: unknown, index: number) => ({
    atMs: times?.values[index] as number | undefined,
    text: String(text),
  }));
}
