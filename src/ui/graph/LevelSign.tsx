import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { AnomalyLevel } from '#model';
import { toLevelColor } from './graph-style.ts';

/** The sign of a level in its colour; the word stands beside it. */
export function LevelSign({ level, sign }: { readonly level: AnomalyLevel; readonly sign: string }) {
  const theme = useTheme2();
  return (
    <span aria-hidden style={{ color: toLevelColor(theme, level), fontWeight: theme.typography.fontWeightBold }}>
      {sign}
    </span>
  );
}
