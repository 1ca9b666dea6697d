import type { SpanKind } from '#model';
import { OutcomeHistograms } from './latency-histogram.ts';

/** A place in the code that makes spans: all its spans share service, name, kind and these attributes. */
export interface SpanSite {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** What the metrics generator derives from the spans. */
  readonly stats: OutcomeHistograms;
}

/** Keeps one site per service, name and kind, as span metrics do. */
export class SpanSites {
  readonly #sites = new Map<string, SpanSite>();

  /** The site with these names; created at first use, when the attributes count. */
  get(service: string, name: string, kind: SpanKind, attributes: SpanSite['attributes']): SpanSite {
    const key = `${service}|${name}|${kind}`;
    const found = this.#sites.get(key);
    if (found) {
      return found;
    }
    const site: SpanSite = { service, name, kind, attributes, stats: new OutcomeHistograms() };
    this.#sites.set(key, site);
    return site;
  }

  all(): readonly SpanSite[] {
    return [...this.#sites.values()];
  }
}
