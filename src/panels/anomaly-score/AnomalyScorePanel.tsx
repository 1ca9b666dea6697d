import React from 'react';
import type { PanelProps } from '@grafana/data';

/** x */
export function AnomalyScorePanel(_props: PanelProps) {
  return <p>panel</p>;
}
