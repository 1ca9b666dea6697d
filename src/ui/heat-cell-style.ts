import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { AnomalyLevel } from '#model';

/** The stripes of what could not be judged, the same wherever scores are drawn over time. */
export function toHatch(theme: GrafanaTheme2): string {
  const line = theme.colors.border.strong;
  return `repeating-linear-gradient(135deg, ${line} 0 2px, transparent 2px 6px)`;
}

/** Looks of a stretch of time by level: the more it fills, the worse; unknown is hatched. */
export function heatCellStyles(theme: GrafanaTheme2): Record<AnomalyLevel, string> {
  const solid = (background: string) =>
    css({ background, color: theme.colors.getContrastText(background), fontWeight: theme.typography.fontWeightBold });
  return {
    normal: css({ background: theme.colors.background.secondary }),
    warning: solid(theme.visualization.getColorByName(theme.isDark ? 'dark-yellow' : 'light-yellow')),
    alert: solid(theme.visualization.getColorByName(theme.isDark ? 'dark-orange' : 'orange')),
    critical: solid(theme.visualization.getColorByName(theme.isDark ? 'dark-red' : 'dark-red')),
    unknown: css({ background: toHatch(theme) }),
  };
}
