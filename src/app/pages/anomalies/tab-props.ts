import type { TimeWindow } from '#model';
import type { BackendClient } from '../../api/backend-client.ts';

/** What every tab gets: where to ask, and the time range of the page. */
export interface AnomalyTabProps {
  readonly backend: BackendClient;
  readonly window: TimeWindow;
  /** Whether the range ends now, so that reading again moves it. */
  readonly live: boolean;
  readonly service: string | undefined;
}
