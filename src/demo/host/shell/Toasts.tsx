import { css } from '@emotion/css';
import { AppEvents, type BusEventType, type BusEventWithPayload, type GrafanaTheme2 } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { Alert, type AlertVariant, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';

interface Toast {
  readonly id: number;
  readonly severity: AlertVariant;
  readonly text: string;
}

const SHOWN_MS = 5000;
const EVENTS: readonly (readonly [AlertVariant, { readonly name: string }])[] = [
  ['success', AppEvents.alertSuccess],
  ['warning', AppEvents.alertWarning],
  ['error', AppEvents.alertError],
  ['info', AppEvents.alertInfo],
];

/** Messages that plugins publish on the event bus; each is shown for a few seconds. */
export function Toasts() {
  const styles = useStyles2(getStyles);
  const toasts = useToasts();
  return (
    <div className={`page-alert-list ${styles}`} aria-live="polite">
      {toasts.map(({ id, severity, text }) => (
        <Alert key={id} severity={severity} title={text} elevated data-testid={`data-testid Alert ${severity}`} />
      ))}
    </div>
  );
}

/** The bus finds events by `type`; Grafana's named events are such types without a class. */
function toEventType(name: string): BusEventType<BusEventWithPayload<unknown>> {
  return { type: name } as unknown as BusEventType<BusEventWithPayload<unknown>>;
}

function useToasts(): readonly Toast[] {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  useEffect(() => {
    let count = 0;
    const add = (severity: AlertVariant, payload: unknown) => {
      count += 1;
      const id = count;
      const text = [payload].flat().filter(Boolean).join(': ');
      setToasts((shown) => [...shown, { id, severity, text }]);
      setTimeout(() => setToasts((shown) => shown.filter((toast) => toast.id !== id)), SHOWN_MS);
    };
    const subscriptions = EVENTS.map(([severity, { name }]) =>
      getAppEvents().subscribe(toEventType(name), (event) => add(severity, event.payload))
    );
    return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
  }, []);
  return toasts;
}

function getStyles(theme: GrafanaTheme2): string {
  return css({
    position: 'fixed',
    right: theme.spacing(2),
    top: 110,
    zIndex: theme.zIndex.portal,
    width: 360,
    maxWidth: '90vw',
  });
}
