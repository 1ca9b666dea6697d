import type { ChangeSettings } from '#contracts';
import { type AnnouncedChange, mergeChanges } from '#engine';
import type { ChangeEvent, ChangeSource as Origin, DataGap, ServiceName, TimeWindow } from '#model';
import {
  type ChangeAnswer,
  fetchAnnotationChanges,
  fetchChangeEvents,
  fetchKubernetesChanges,
  TelemetryError,
} from '#telemetry';
import type { Upstreams } from '../upstreams/upstreams.ts';
import type { ChangeInbox } from './change-inbox.ts';

/** What every source announced, before equal changes are joined. */
export interface Announcements {
  readonly announced: readonly AnnouncedChange[];
  /** Sources that could not be read: what they know is not here. */
  readonly failed: ReadonlySet<Origin>;
  readonly gaps: readonly DataGap[];
}

/** What changes are read from. */
export interface ChangeOptions {
  readonly upstreams: Pick<Upstreams, 'loki' | 'prometheus' | 'grafana'>;
  readonly settings: ChangeSettings;
  readonly namespace: string | undefined;
  readonly inbox: Pick<ChangeInbox, 'during'>;
  /** Names that annotations may have as tags. */
  readonly services: () => ReadonlySet<ServiceName>;
}

const GAP_SOURCES: Readonly<Record<Origin, string>> = {
  loki: 'loki:change-events',
  'grafana-annotation': 'grafana:annotations',
  kubernetes: 'prometheus:kubernetes-changes',
  webhook: 'webhook',
};

/**
 * Changes of one datasource from everything that tells about them: the change-events stream of Loki, annotations of
 * Grafana, the state of Kubernetes, and the webhook.
 */
export class ChangeSource {
  private readonly options: ChangeOptions;

  constructor(options: ChangeOptions) {
    this.options = options;
  }

  /** The changes of a window, each once, oldest first. A source that cannot be read is a gap. */
  async read(
    window: TimeWindow,
    signal?: AbortSignal
  ): Promise<{ readonly changes: readonly ChangeEvent[]; readonly gaps: readonly DataGap[] }> {
    const { announced, gaps } = await this.readAnnouncements(window, signal);
    return { changes: mergeChanges(announced), gaps };
  }

  /**
   * What each source announced in a window.
   * @param signal  the caller's
   * @param limit  ends the reads of sources that take longer, which have then failed
   * @throws the reason of the signal when it aborts
   */
  async readAnnouncements(window: TimeWindow, signal?: AbortSignal, limit?: AbortSignal): Promise<Announcements> {
    const { upstreams, settings, namespace, inbox, services } = this.options;
    const { loki, grafana, prometheus } = upstreams;
    const failed = new Set<Origin>();
    const gaps: DataGap[] = [];
    const attempt = async (source: Origin, read: Promise<ChangeAnswer> | undefined): Promise<AnnouncedChange[]> => {
      try {
        const answer = await read;
        gaps.push(...(answer?.gaps ?? []));
        return (answer?.changes ?? []).map((change) => ({ ...change, source }));
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof TelemetryError)) {
          throw error;
        }
        failed.add(source);
        gaps.push({ source: GAP_SOURCES[source], reason: `${error.code}: ${error.message}` });
        return [];
      }
    };
    const tags = settings.annotationTags;
    const either = signal && limit ? AbortSignal.any([signal, limit]) : (signal ?? limit);
    const options = { namespace, signal: either };
    const found = await Promise.all([
      attempt('loki', loki && fetchChangeEvents(loki, window, options)),
      attempt('kubernetes', settings.kubernetes ? fetchKubernetesChanges(prometheus, window, options) : undefined),
      attempt(
        'grafana-annotation',
        grafana && fetchAnnotationChanges(grafana, window, { tags, services: services(), signal: either })
      ),
    ]);
    return { announced: [...found.flat(), ...(settings.webhook ? inbox.during(window) : [])], failed, gaps };
  }
}
