import type { Span, SpanKind } from '#model';

/** Which data a run of the contract is about. */
export interface TempoScope {
  /** Put before the names of all services, so that other data do not count. */
  readonly prefix: string;
  /** First four bytes of all trace ids, hexadecimal; the first byte is 0. */
  readonly idStart: string;
  readonly baseMs: number;
}

/** A service whose name needs escapes. */
export const ODD_NAME = 'a"b\\c {`} ü/é |';
/** An operation with a character that is not written into TraceQL. */
export const ODD_OPERATION = 'GET /x?a="1"\t\\ 漢字 \u{1f600}';

/** The id of a trace of the contract. */
export function traceIdOf({ idStart }: TempoScope, index: number): string {
  return `${idStart}${'ab'.repeat(11)}${index.toString(16).padStart(2, '0')}`;
}

/**
 * Six traces: 0 to 3 go through a shop, 1 of them slow and failed, 4 has an odd name, 5 is a job of producer and consumer.
 * The second half of each can be sent later.
 */
export function contractSpans(scope: TempoScope): readonly Span[] {
  const shop = [0, 1, 2, 3].flatMap((index) => shopTrace(scope, index));
  const of = spansOf(scope);
  return [
    ...shop,
    of(4, 1, { service: ODD_NAME, name: ODD_OPERATION, kind: 'SERVER', durationSeconds: 0.0004 }),
    of(5, 1, {
      service: 'shop',
      name: 'send',
      kind: 'PRODUCER',
      durationSeconds: 0.01,
      attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
    }),
    of(5, 2, {
      service: 'mailer',
      name: 'receive',
      kind: 'CONSUMER',
      durationSeconds: 0.02,
      attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
    }),
  ];
}

type Fields = Pick<Span, 'service' | 'name' | 'durationSeconds'> & { kind: SpanKind } & Partial<
    Pick<Span, 'failed' | 'attributes' | 'resource'>
  >;

function spansOf(scope: TempoScope): (trace: number, number: number, fields: Fields) => Span {
  return (trace, number, { service, ...fields }) => {
    const spanId = (value: number): string => `${(trace + 1).toString(16)}${value.toString(16).padStart(15, '0')}`;
    return {
      traceId: traceIdOf(scope, trace),
      spanId: spanId(number),
      ...(number === 1 ? {} : { parentSpanId: spanId(number - 1) }),
      service: `${scope.prefix}${service}`,
      startMs: scope.baseMs + trace * 1000 + number,
      failed: false,
      attributes: {},
      ...fields,
    };
  };
}

function shopTrace(scope: TempoScope, index: number): readonly Span[] {
  const of = spansOf(scope);
  const isSlow = index === 1;
  return [
    of(index, 1, {
      service: 'gateway',
      name: 'GET /checkout',
      kind: 'SERVER',
      durationSeconds: isSlow ? 2.5 : 0.05,
      failed: isSlow,
      attributes: { 'http.response.status_code': isSlow ? 500 : 200, 'http.route': '/checkout', canary: index === 2 },
    }),
    of(index, 2, {
      service: 'gateway',
      name: 'POST',
      kind: 'CLIENT',
      durationSeconds: isSlow ? 2.4 : 0.04,
      failed: isSlow,
      attributes: { 'server.address': 'order', ratio: index / 4 },
    }),
    of(index, 3, {
      service: 'order',
      name: 'POST /orders',
      kind: 'SERVER',
      durationSeconds: isSlow ? 2.3 : 0.03,
      failed: isSlow,
      resource: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'order', 'service.version': '2.1' },
    }),
    of(index, 4, {
      service: 'order',
      name: 'SELECT orders',
      kind: 'CLIENT',
      durationSeconds: isSlow ? 2.2 : 0.0105,
      attributes: { 'db.system': 'postgresql', 'db.namespace': 'orders' },
      resource: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'order', 'service.version': '2.1' },
    }),
  ];
}
