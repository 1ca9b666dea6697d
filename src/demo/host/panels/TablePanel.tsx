import type { PanelProps } from '@grafana/data';
import { TableNG } from '@grafana/ui/unstable';
import { NoData } from './NoData.tsx';

/** The first frame as a table. */
export function TablePanel(panel: PanelProps) {
  const frame = panel.data.series[0];
  if (!frame || frame.fields.length === 0) {
    return <NoData panel={panel} />;
  }
  return (
    <TableNG
      data={frame}
      width={panel.width}
      height={panel.height}
      timeRange={panel.timeRange}
      structureRev={panel.data.structureRev ?? 1}
      fieldConfig={panel.fieldConfig}
    />
  );
}
