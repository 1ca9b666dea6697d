import type { Span, SpanKind } from '#model';

/** The data set of the Tempo recording: 12 traces of three services, some failed or slow, over a minute and a half. */
export function recordedSpans(baseMs: number): readonly Span[] {
  return Array.from({ length: 12 }, (_, index) => traceSpans(index, baseMs + index * 8_000)).flat();
}

function traceSpans(index: number, startMs: number): Span[] {
  const traceId = `${index % 3 === 0 ? '00' : 'c0'}${index.toString(16).padStart(30, '1')}`;
  const slow = index % 4 === 0;
  const failed = index % 5 === 0;
  const span = (
    number: number,
    service: string,
    name: string,
    kind: SpanKind,
    offsetMs: number,
    seconds: number
  ): Span => ({
    traceId,
    spanId: `${number}${index.toString(16).padStart(15, '0')}`,
    ...(number === 1 ? {} : { parentSpanId: `${number - 1}${index.toString(16).padStart(15, '0')}` }),
    service,
    name,
    kind,
    startMs: startMs + offsetMs,
    durationSeconds: seconds,
    failed: failed && number > 1,
    attributes: {},
  });
  return [
    {
      ...span(1, 'gateway', 'GET /checkout', 'SERVER', 0, slow ? 2.5 : 0.04),
      attributes: { 'http.response.status_code': failed ? 500 : 200, 'http.route': '/checkout' },
    },
    {
      ...span(2, 'order', 'POST /orders', 'SERVER', 5, slow ? 2.4 : 0.03),
      attributes: { cached: index % 2 === 0, ratio: index / 8 },
    },
    {
      ...span(3, 'order', 'SELECT orders', 'CLIENT', 8, slow ? 2.3 : 0.0105),
      attributes: { 'db.system': 'postgresql' },
    },
    {
      ...span(4, 'worker', 'notify', 'CONSUMER', 20, 0.0004),
      resource: { 'k8s.deployment.name': 'worker', 'service.version': '1.4' },
    },
  ];
}
