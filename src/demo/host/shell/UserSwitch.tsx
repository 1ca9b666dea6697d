import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { readDemoBoot } from '../boot/demo-boot.ts';
import { switchUser } from './demo-api.ts';

/** Lets one visitor act as different persons: plans of high risk need the approval of two. */
export function UserSwitch() {
  const styles = useStyles2(getStyles);
  const { user, users } = readDemoBoot();
  const change = async (login: string): Promise<void> => {
    await switchUser(login);
    location.reload();
  };
  return (
    <label className={styles.label}>
      <span className={styles.text}>Signed in as</span>
      <select
        className={styles.select}
        aria-label="Signed in as"
        data-testid="demo-user"
        value={user}
        onChange={(event) => void change(event.target.value)}
      >
        {users.map((item) => (
          <option key={item.login} value={item.login}>
            {item.name} ({item.role})
          </option>
        ))}
      </select>
    </label>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    label: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), margin: 0 }),
    text: css({ color: theme.colors.text.secondary, [theme.breakpoints.down('md')]: { display: 'none' } }),
    select: css({
      width: 'auto',
      height: theme.spacing(4),
      color: theme.colors.text.primary,
      background: theme.components.input.background,
      border: `1px solid ${theme.components.input.borderColor}`,
      borderRadius: theme.shape.radius.default,
    }),
  };
}
