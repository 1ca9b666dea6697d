import { css } from '@emotion/css';
import { type DataFrame, FieldType, getFieldDisplayName, getFieldSeriesColor, type GrafanaTheme2 } from '@grafana/data';
import { SeriesVisibilityChangeMode, usePanelContext, useStyles2, useTheme2 } from '@grafana/ui';

/** Height that the legend takes from a graph. Longer legends scroll. */
export const LEGEND_HEIGHT_PIXELS = 48;

interface LegendItem {
  readonly name: string;
  readonly color: string;
  readonly isShown: boolean;
}

/**
 * Names and colours of the lines; a click shows one line alone, with Ctrl or Cmd it adds or removes it. The legend of
 * @grafana/ui labels every entry "All series selected", which screen readers cannot tell apart.
 */
export function SeriesLegend({ frames }: { readonly frames: readonly DataFrame[] }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { onToggleSeriesVisibility } = usePanelContext();
  return (
    <ul className={styles.list}>
      {listItems(frames, theme).map(({ name, color, isShown }) => (
        <li key={name}>
          <button
            type="button"
            className={styles.item}
            aria-pressed={isShown}
            onClick={(event) =>
              onToggleSeriesVisibility?.(
                name,
                event.ctrlKey || event.metaKey
                  ? SeriesVisibilityChangeMode.AppendToSelection
                  : SeriesVisibilityChangeMode.ToggleSelection
              )
            }
          >
            <span aria-hidden className={styles.mark} style={{ background: isShown ? color : 'transparent' }} />
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}

function listItems(frames: readonly DataFrame[], theme: GrafanaTheme2): readonly LegendItem[] {
  return frames.flatMap((frame) =>
    frame.fields
      .filter((field) => field.type === FieldType.number)
      .map((field) => ({
        name: getFieldDisplayName(field, frame, [...frames]),
        color: getFieldSeriesColor(field, theme).color,
        isShown: !(field.config.custom as { readonly hideFrom?: { readonly viz?: boolean } } | undefined)?.hideFrom
          ?.viz,
      }))
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    list: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignContent: 'flex-start',
      height: LEGEND_HEIGHT_PIXELS,
      margin: 0,
      padding: 0,
      overflow: 'auto',
      listStyle: 'none',
    }),
    item: css({
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      padding: theme.spacing(0, 1),
      border: 0,
      color: theme.colors.text.primary,
      background: 'none',
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    mark: css({ width: 14, height: 4, borderRadius: 2 }),
  };
}
