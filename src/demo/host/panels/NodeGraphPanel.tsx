import type { DataFrame, PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { NoData } from './NoData.tsx';

interface Point {
  readonly x: number;
  readonly y: number;
}

const MARGIN_PIXELS = 45;
const RADIUS_PIXELS = 16;

/** Nodes on a circle and straight edges: a plain stand-in for Grafana's node graph. */
export function NodeGraphPanel(panel: PanelProps) {
  const theme = useTheme2();
  const edges = panel.data.series.find((frame) => readColumn(frame, 'source').length > 0);
  const nodes = panel.data.series.find((frame) => frame !== edges && readColumn(frame, 'id').length > 0);
  if (!nodes) {
    return <NoData panel={panel} />;
  }
  const ids = readColumn(nodes, 'id');
  const titles = readColumn(nodes, 'title');
  const places = placeOnCircle(ids, panel.width, panel.height);
  const targets = edges ? readColumn(edges, 'target') : [];
  return (
    <svg width={panel.width} height={panel.height} role="img" aria-label={`${panel.title}: ${ids.join(', ')}`}>
      {(edges ? readColumn(edges, 'source') : []).map((source, index) => {
        const from = places.get(source);
        const to = places.get(targets[index] ?? '');
        return from && to ? (
          <line key={index} x1={from.x} y1={from.y} x2={to.x} y2={to.y} stroke={theme.colors.border.strong} />
        ) : null;
      })}
      {ids.map((id, index) => {
        const { x, y } = places.get(id) ?? { x: 0, y: 0 };
        return (
          <g key={id}>
            <circle
              cx={x}
              cy={y}
              r={RADIUS_PIXELS}
              fill={theme.colors.background.secondary}
              stroke={theme.colors.border.strong}
            />
            <text x={x} y={y + 4} textAnchor="middle" fontSize={11} fill={theme.colors.text.primary}>
              {titles[index] ?? id}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function readColumn(frame: DataFrame, name: string): string[] {
  return (frame.fields.find((field) => field.name === name)?.values ?? []).map(String);
}

function placeOnCircle(ids: readonly string[], width: number, height: number): ReadonlyMap<string, Point> {
  return new Map(
    ids.map((id, index) => {
      const angle = (2 * Math.PI * index) / ids.length;
      return [
        id,
        {
          x: width / 2 + (width / 2 - MARGIN_PIXELS) * Math.cos(angle),
          y: height / 2 + (height / 2 - MARGIN_PIXELS) * Math.sin(angle),
        },
      ];
    })
  );
}
