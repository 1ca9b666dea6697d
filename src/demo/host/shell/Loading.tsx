import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, useStyles2 } from '@grafana/ui';

/** Shown while a plugin is on its way. */
export function Loading() {
  const className = useStyles2(getStyles);
  return (
    <div className={className}>
      <LoadingPlaceholder text="Loading the plugin" />
    </div>
  );
}

function getStyles(theme: GrafanaTheme2): string {
  return css({ padding: theme.spacing(3) });
}
