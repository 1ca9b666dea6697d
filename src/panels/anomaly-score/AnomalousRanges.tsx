import { useLayoutEffect, useRef } from 'react';
import type { UPlotConfigBuilder } from '@grafana/ui';
import type { TimeStretch } from './score-series.ts';

/** Where the plot lies inside of the chart, in CSS pixels. */
export interface PlotBox {
  readonly left: number;
  readonly width: number;
}

interface RangesProps {
  readonly config: UPlotConfigBuilder;
  readonly stretches: readonly TimeStretch[];
  readonly color: string;
  /** Stretches without a verdict, striped. */
  readonly unknown: readonly TimeStretch[];
  readonly unknownColor: string;
  /** Told where the plot lies, whenever that changes. */
  readonly onBox: (box: PlotBox) => void;
}

const STRIPE_GAP = 8;

/** Shades anomalous stretches behind the lines of the chart, and stripes those without a verdict. */
export function AnomalousRanges(props: RangesProps) {
  const { config } = props;
  const current = useRef(props);
  useLayoutEffect(() => {
    current.current = props;
  });
  useLayoutEffect(() => {
    config.addHook('drawClear', (plot) => {
      const { left, top, width, height } = plot.bbox;
      const ratio = plot.ctx.canvas.width / Math.max(1, plot.width);
      const { stretches, color, unknown, unknownColor, onBox } = current.current;
      const draw = (list: readonly TimeStretch[], fill: (from: number, length: number) => void) => {
        for (const { fromMs, toMs } of list) {
          const from = Math.max(left, plot.valToPos(fromMs, 'x', true));
          const to = Math.min(left + width, plot.valToPos(toMs, 'x', true));
          if (to > from) {
            fill(from, to - from);
          }
        }
      };
      plot.ctx.save();
      plot.ctx.fillStyle = color;
      draw(stretches, (from, length) => plot.ctx.fillRect(from, top, length, height));
      plot.ctx.strokeStyle = unknownColor;
      plot.ctx.lineWidth = ratio;
      draw(unknown, (from, length) => stripe(plot.ctx, { left: from, top, width: length, height }, STRIPE_GAP * ratio));
      plot.ctx.restore();
      onBox({ left: left / ratio, width: width / ratio });
    });
  }, [config]);
  return null;
}

function stripe(
  ctx: CanvasRenderingContext2D,
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  gap: number
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.width, box.height);
  ctx.clip();
  ctx.beginPath();
  for (let offset = -box.height; offset < box.width; offset += gap) {
    ctx.moveTo(box.left + offset, box.top + box.height);
    ctx.lineTo(box.left + offset + box.height, box.top);
  }
  ctx.stroke();
  ctx.restore();
}
