import type { GrafanaTheme2 } from '@grafana/data';

/** Tones that states and verdicts are shown in. */
export type Tone = 'info' | 'success' | 'warning' | 'error' | 'neutral';

/** Text colour of a tone on the page's background. */
export function toToneColor(theme: GrafanaTheme2, tone: Tone): string {
  return tone === 'neutral' ? theme.colors.text.secondary : theme.colors[tone].text;
}
