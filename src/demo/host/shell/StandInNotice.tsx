import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** The line that is on every page: nobody should take this page for Grafana. */
export function StandInNotice() {
  const styles = useStyles2(getStyles);
  return (
    <p className={styles} role="note" data-testid="stand-in-notice">
      Causeway demo - this page stands in for Grafana
    </p>
  );
}

function getStyles(theme: GrafanaTheme2): string {
  return css({
    margin: 0,
    padding: theme.spacing(0.25, 2),
    fontSize: theme.typography.bodySmall.fontSize,
    textAlign: 'center',
    color: theme.colors.warning.text,
    background: theme.colors.background.secondary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  });
}
