import { countTemplates, type IncidentEvents, type NamedServiceEvents } from '#engine';
import type { LogLine, ServiceName } from '#model';

/** Log lines of one service in both windows. */
export interface ServiceLines {
  readonly service: ServiceName;
  readonly baseline: readonly LogLine[];
  readonly incident: readonly LogLine[];
  /** Shares of the lines that were read, 0 to 1. */
  readonly shares: readonly [baseline: number, incident: number];
}

/** Events of an incident whose log lines were not mined yet. */
export interface UnminedEvents {
  readonly services: IncidentEvents;
  readonly lines: readonly ServiceLines[];
}

/**
 * Adds the log templates to the events. Lines of a service whose requests are not known count nothing: there is nothing to
 * measure them against. Cost per line as the miner; belongs on a worker.
 */
export function mineEvents({ services, lines }: UnminedEvents): IncidentEvents {
  const byService = new Map(lines.map((own) => [own.service, own]));
  return services.map((own): NamedServiceEvents => {
    const log = byService.get(own.service);
    if (!log) {
      return own;
    }
    const { templates, errors } = countTemplates(log.baseline, log.incident);
    const isPart = log.shares.some((share) => share < 1);
    return { ...own, logTemplates: templates, logErrors: errors, ...(isPart ? { logShares: log.shares } : {}) };
  });
}
