import { formatValue, quantileSorted, signalName } from '#engine';
import type { Signal, TimeWindow } from '#model';
import type { ResourceOutlook } from '../../forecast/forecast-service.ts';
import { LIMITED_KINDS, limitOf } from '../../forecast/resource-limits.ts';
import type { DetailPart, DetailSource, DetailSubject, Finding } from './detail-part.ts';
import { oneLine } from './one-line.ts';

/** Share of the limit from which a resource is worth a sentence even where no end is in sight. */
const NOTABLE = 0.7;
const MAX_RESOURCES = 6;

/** How much of their limits causes, path and target use at the end of the window, and when they will be used up. */
export async function collectSaturation(
  { forecasts, settings: { detection } }: DetailSource,
  { signals, services, causes, report, windows }: DetailSubject,
  part: DetailPart
): Promise<void> {
  const resources = services.flatMap((service) =>
    signals.flatMap((signal) => {
      const limit = signal.service === service && LIMITED_KINDS.includes(signal.kind) && limitOf(signal, detection);
      const share = limit ? last(signal, report.window.toMs) / limit : NaN;
      const usual = limit ? usualOf(signal, windows.baseline) / limit : NaN;
      return limit && Number.isFinite(share) ? [{ signal, share, usual }] : [];
    })
  );
  if (resources.length === 0) {
    return;
  }
  const outlooks = await part.read('prometheus:exhaustion', async (signal) =>
    forecasts.exhaustion(report.window.toMs, signal)
  );
  const found = resources.flatMap((resource) => {
    const outlook = outlooks?.items.find(({ signal: { id } }) => id === resource.signal.id);
    const isFilling = outlook !== undefined && outlook.etaSeconds !== null;
    return resource.share >= NOTABLE || isFilling ? [{ ...resource, outlook }] : [];
  });
  const rank = ({ signal: { service }, share }: (typeof found)[number]): number =>
    share + (causes.includes(service) ? 1 : 0);
  part.findings.push(
    ...found
      .toSorted((left, right) => rank(right) - rank(left))
      .slice(0, MAX_RESOURCES)
      .map((item) => toFinding(item, report.window))
  );
}

function last({ series }: Signal, toMs: number): number {
  const index = series.timesMs.findLastIndex((atMs, i) => atMs < toMs && Number.isFinite(series.values[i]));
  return series.values[index] ?? NaN;
}

/** Median of a stretch; NaN without values. */
function usualOf({ series }: Signal, { fromMs, toMs }: TimeWindow): number {
  const values = series.values.filter((value, i) => {
    const atMs = series.timesMs[i] ?? NaN;
    return atMs >= fromMs && atMs < toMs && Number.isFinite(value);
  });
  return values.length === 0
    ? NaN
    : quantileSorted(
        values.toSorted((left, right) => left - right),
        0.5
      );
}

function toFinding(
  item: {
    readonly signal: Signal;
    readonly share: number;
    readonly usual: number;
    readonly outlook: ResourceOutlook | undefined;
  },
  window: TimeWindow
): Finding {
  const { signal, share, usual, outlook } = item;
  const suffix = signal.id.split('/').slice(2).join('/');
  const name = `${oneLine(signal.service, 120)}: ${signalName(signal.kind)}${suffix === '' ? '' : ` (${oneLine(suffix, 80)})`}`;
  const isKnown = Number.isFinite(usual);
  const normally = isKnown ? `, normally ${formatValue(usual, 'ratio')}` : '';
  return {
    source: 'metric',
    service: signal.service,
    statement: `${name} stands at ${formatValue(share, 'ratio')} of its limit${normally}. ${outlookText(share, outlook)}`,
    query: signal.query,
    language: 'promql',
    window,
    observed: share,
    ...(isKnown ? { baseline: usual } : {}),
    unit: 'ratio',
  };
}

function outlookText(share: number, outlook: ResourceOutlook | undefined): string {
  if (share >= 1) {
    return 'It is exhausted.';
  }
  if (!outlook) {
    return 'When it will be exhausted is not known.';
  }
  if (outlook.etaSeconds === null) {
    return outlook.reason === '' ? 'No exhaustion is in sight.' : `No forecast: ${oneLine(outlook.reason, 200)}`;
  }
  return outlook.etaSeconds <= 0
    ? 'The forecast says that it is exhausted.'
    : `At its present course it is exhausted in ${duration(outlook.etaSeconds)}.`;
}

function duration(seconds: number): string {
  const minutes = seconds / 60;
  return minutes < 120
    ? `${Math.max(1, Math.round(minutes))} min`
    : minutes < 2880
      ? `${Math.round(minutes / 60)} h`
      : `${Math.round(minutes / 1440)} days`;
}
