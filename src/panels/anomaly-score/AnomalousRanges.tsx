import { useLayoutEffect, useRef } from 'react';
import type { UPlotConfigBuilder } from '@grafana/ui';
import type { TimeStretch } from './score-series.ts';

/** Shades stretches of time behind the lines of the chart. */
export function AnomalousRanges(props: {
  readonly config: UPlotConfigBuilder;
  readonly stretches: readonly TimeStretch[];
  readonly color: string;
}) {
  const { config } = props;
  const current = useRef(props);
  useLayoutEffect(() => {
    current.current = props;
  });
  useLayoutEffect(() => {
    config.addHook('drawClear', (plot) => {
      const { left, top, width, height } = plot.bbox;
      plot.ctx.save();
      plot.ctx.fillStyle = current.current.color;
      for (const { fromMs, toMs } of current.current.stretches) {
        const from = Math.max(left, plot.valToPos(fromMs, 'x', true));
        const to = Math.min(left + width, plot.valToPos(toMs, 'x', true));
        if (to > from) {
          plot.ctx.fillRect(from, top, to - from, height);
        }
      }
      plot.ctx.restore();
    });
  }, [config]);
  return null;
}
