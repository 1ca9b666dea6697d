import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { Modal, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { listLinks, type RegisteredLinks } from '../services/extension-links.ts';
import { findEntries, toPaletteEntries } from './palette-entries.ts';
import { useRegisteredLinks } from './use-links.ts';

const POINT = 'grafana/commandpalette/action';

/** Stands in for Grafana's command palette: opened with ctrl or cmd and K, filled by the pages and by what plugins add. */
export function CommandPalette({
  isOpen,
  onToggle,
}: {
  readonly isOpen: boolean;
  readonly onToggle: (open: boolean) => void;
}) {
  const plugins = useRegisteredLinks();
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        onToggle(!isOpen);
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [isOpen, onToggle]);
  return isOpen ? (
    <Modal title="Search or jump to" isOpen onDismiss={() => onToggle(false)}>
      <Palette plugins={plugins} onClose={() => onToggle(false)} />
    </Modal>
  ) : null;
}

function Palette(props: { readonly plugins: readonly RegisteredLinks[]; readonly onClose: () => void }) {
  const { plugins, onClose } = props;
  const styles = useStyles2(getStyles);
  const [text, setText] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const entries = useMemo(
    () => findEntries(toPaletteEntries(listLinks(plugins, POINT, {}), config.bootData.navTree), text),
    [plugins, text]
  );
  const first = entries[0];
  return (
    <div ref={root} data-testid="demo-palette">
      <input
        ref={field}
        className={styles.field}
        aria-label="Search or jump to"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && first) {
            onClose();
            locationService.push(first.path);
          }
          moveFocus(root.current, event);
        }}
      />
      <ul className={styles.list} aria-label="Found">
        {entries.map(({ path, title, hint }) => (
          <li key={`${path} ${title}`}>
            <a
              href={path}
              className={styles.entry}
              onClick={onClose}
              onKeyDown={(event) => moveFocus(root.current, event)}
            >
              {title} <span className={styles.hint}>{hint}</span>
            </a>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p>Nothing fits.</p>}
    </div>
  );
}

/** Up and down go through the field and the entries, round and round. */
function moveFocus(root: HTMLElement | null, event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !root) {
    return;
  }
  event.preventDefault();
  const stops = [...root.querySelectorAll<HTMLElement>('input, a')];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
}

function getStyles(theme: GrafanaTheme2) {
  return {
    field: css({
      width: '100%',
      padding: theme.spacing(1),
      color: theme.colors.text.primary,
      background: theme.components.input.background,
      border: `1px solid ${theme.components.input.borderColor}`,
      borderRadius: theme.shape.radius.default,
    }),
    list: css({ maxHeight: '50vh', overflow: 'auto', margin: theme.spacing(1, 0, 0), padding: 0, listStyle: 'none' }),
    entry: css({
      display: 'block',
      padding: theme.spacing(1),
      '&:hover, &:focus': { background: theme.colors.action.hover },
    }),
    hint: css({ color: theme.colors.text.secondary }),
  };
}
