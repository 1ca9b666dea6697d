import React from 'react';
import type { PanelProps } from '@grafana/data';

/** x */
export function CausalGraphPanel(_props: PanelProps) {
  return <p>panel</p>;
}
