import type { Labels } from '#model';
import type { SeriesDescriptor, SeriesHandle, TelemetrySink } from '../telemetry-sink.ts';

/** Renders the last scrape in Prometheus' text exposition format 0.0.4, without time stamps. */
export class Exposition implements TelemetrySink {
  readonly #series: { readonly name: string; readonly type: string; readonly text: string }[] = [];
  readonly #handles = new Map<string, SeriesHandle>();
  #readings = new Float64Array(0);

  register(series: SeriesDescriptor): SeriesHandle {
    const text = `${series.name}${renderLabels(series.labels)}`;
    const known = this.#handles.get(text);
    if (known !== undefined) {
      return known;
    }
    const handle = this.#series.length;
    this.#handles.set(text, handle);
    this.#series.push({ name: series.name, type: series.type, text });
    return handle;
  }

  scrape(_atMs: number, readings: Float64Array): void {
    if (this.#readings.length < readings.length) {
      this.#readings = new Float64Array(readings.length * 2).fill(Number.NaN);
    }
    this.#readings.set(readings);
  }

  logs(): void {}

  spans(): void {}

  /** The exposition; a family's series stand together, its type first. `up` is left out: the scraper makes it. */
  text(): string {
    const families = new Map<string, string[]>();
    this.#series.forEach(({ name, type, text }, handle) => {
      const value = this.#readings[handle];
      if (name === 'up' || value === undefined || Number.isNaN(value)) {
        return;
      }
      const family = type === 'counter' ? name.replace(/_(bucket|sum|count)$/, '') : name;
      const isHistogram = family !== name;
      const lines = families.get(family) ?? [`# TYPE ${family} ${isHistogram ? 'histogram' : type}`];
      families.set(family, lines);
      lines.push(`${text} ${renderValue(value)}`);
    });
    return `${[...families.values()].flat().join('\n')}\n`;
  }
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function renderValue(value: number): string {
  if (value === Infinity) {
    return '+Inf';
  }
  return value === -Infinity ? '-Inf' : String(value);
}
