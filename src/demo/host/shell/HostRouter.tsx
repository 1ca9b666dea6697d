import { locationService } from '@grafana/runtime';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { type Navigator, Router } from 'react-router';

/** Connects Grafana's history (version 4) to the router (version 6) that plugins use. */
export function HostRouter({ children }: { readonly children: ReactNode }) {
  const history = locationService.getHistory();
  const [state, setState] = useState({ action: history.action, location: history.location });
  useLayoutEffect(
    () => history.listen((location: unknown, action: unknown) => setState({ location, action } as typeof state)),
    [history]
  );
  return (
    <Router
      navigator={history as unknown as Navigator}
      location={state.location as unknown as string}
      navigationType={state.action as unknown as 'POP' & never}
    >
      {children}
    </Router>
  );
}
