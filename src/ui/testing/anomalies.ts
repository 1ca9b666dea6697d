import type { AnomaliesAnswer, AnomalyLabelRecord, BacktestAnswer, DetectorsAnswer, FeaturesAnswer } from '#contracts';
import type { AnomalyReading, ServiceAnomaly, ServiceDetection } from '#model';
import { toScoreLevel } from '../level.ts';
import { NOW_MS, scored, shopStates } from './records.ts';

const MINUTE = 60_000;
const CELLS = 12;

function detection(change: Partial<ServiceDetection> = {}): ServiceDetection {
  return {
    tier: 'model',
    verdict: 'CRITICAL',
    note: 'The forest is critical.',
    flagged: ['payment/latency/p99'],
    failedShare: 0,
    members: [
      { detector: 'subPca6', raw: 4, surprisal: 6.1, share: 0.6 },
      { detector: 'isolationForest', raw: 0.7, surprisal: 5.2, share: 0.4 },
    ],
    features: [
      { signalId: 'payment/latency/p99', share: 0.7 },
      { signalId: 'payment/cpu', share: 0.3 },
    ],
    shortHistory: false,
    ...change,
  };
}

function explained(service: string, reading: AnomalyReading): ServiceAnomaly {
  return {
    service,
    atMs: NOW_MS,
    reading,
    signals: [
      {
        signalId: `${service}/latency/p99`,
        kind: 'latency',
        reading,
        value: 3.3,
        quality: 'ok',
        explanation: {
          sentence: 'Value 3.3 is above everything seen in 14 days.',
          members: [{ detector: 'range', raw: 9, surprisal: 7, share: 1 }],
          confidence: 1,
          shortHistory: false,
        },
      },
    ],
    detection: detection({ verdict: reading.kind === 'scored' ? 'CRITICAL' : 'UNKNOWN' }),
  };
}

/** Twelve cells of five minutes; `payment` gets worse, `cart` has a gap and blocked verdicts. */
export function anomaliesAnswer(change: Partial<AnomaliesAnswer> = {}): AnomaliesAnswer {
  const fromMs = NOW_MS - CELLS * 5 * MINUTE;
  const row = (service: string, scores: ReadonlyArray<number | null>) => ({
    service,
    cells: scores.map((score, index) => ({ atMs: fromMs + index * 5 * MINUTE, score, level: toScoreLevel(score) })),
  });
  const cart: ServiceAnomaly = {
    service: 'cart',
    atMs: NOW_MS,
    reading: { kind: 'unknown', why: 'gap' },
    signals: [],
    detection: detection({
      verdict: 'UNKNOWN',
      note: 'Too many series failed.',
      failedShare: 0.5,
      features: [],
      members: [],
    }),
  };
  return {
    fromMs,
    toMs: NOW_MS,
    cellSeconds: 300,
    rows: [
      row('cart', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, null, null, null, null]),
      row('catalog', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]),
      row('payment', [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.72, 0.84, 0.95, 0.97]),
    ],
    services: [
      cart,
      explained('payment', scored(0.97)),
      ...shopStates().filter(({ service }) => service === 'catalog'),
    ],
    quality: [
      { signalId: 'cart/latency', service: 'cart', verdict: 'gap', counts: { gap: 20 }, lastFailureMs: NOW_MS },
      { signalId: 'cart/cpu', service: 'cart', verdict: 'stale', counts: { stale: 30 }, lastFailureMs: NOW_MS },
      { signalId: 'payment/latency/p99', service: 'payment', verdict: 'ok', counts: { ok: 180 }, lastFailureMs: null },
    ],
    checks: [
      { name: 'latency_p99 between 0 and 60 s', service: 'cart', checked: 180, failures: 12, lastFailureMs: NOW_MS },
      { name: 'timestamp increasing', service: 'payment', checked: 180, failures: 0, lastFailureMs: null },
    ],
    logs: [
      {
        service: 'payment',
        kind: 'new-template',
        atMs: NOW_MS - 5 * MINUTE,
        surprisal: 4.2,
        score: 0.82,
        patternId: 'p1',
        reason: 'A pattern not seen for 7 days, 40 lines.',
      },
    ],
    patterns: [
      {
        id: 'p1',
        service: 'payment',
        template: 'pool <b>exhausted</b> after <*> ms',
        severity: 'error',
        firstSeenMs: NOW_MS - 5 * MINUTE,
        lastSeenMs: NOW_MS,
        count: 40,
        sample: 'pool <b>exhausted</b> after 250 ms',
      },
    ],
    problems: [],
    ...change,
  };
}

export function featuresAnswer(): FeaturesAnswer {
  return {
    atMs: NOW_MS,
    features: [
      {
        service: 'payment',
        profile: 'service',
        feature: 'latency_p99',
        found: true,
        source: 'otel-span-metrics',
        query: 'histogram_quantile(0.99, x)',
        cost: '',
      },
      {
        service: 'payment',
        profile: 'service',
        feature: 'memory',
        found: false,
        source: '',
        query: '',
        cost: 'Memory leaks are not seen.',
      },
    ],
    problems: [],
  };
}

export function detectorsAnswer(): DetectorsAnswer {
  return {
    service: 'payment',
    model: {
      state: 'ready',
      version: '7',
      fittedMs: NOW_MS - 60 * MINUTE,
      rows: 2016,
      features: ['payment/latency/p99', 'payment/cpu'],
      contamination: 0.005,
      fitReason: 'daily',
      shadow: true,
    },
    signals: [
      {
        signalId: 'payment/latency/p99',
        kind: 'latency',
        unit: 'seconds',
        tier: 'full',
        detectors: ['range', 'ewma'],
        threshold: { above: 0.0238, below: null },
        highest: 'critical',
        historySeconds: 9 * 86_400,
      },
      {
        signalId: 'payment/request-rate',
        kind: 'request-rate',
        unit: 'per-second',
        tier: 'light',
        detectors: ['range'],
        threshold: { above: 35.83, below: 13.1 },
        highest: 'normal',
        historySeconds: 9 * 86_400,
      },
      {
        signalId: 'payment/feature/latency_p50',
        kind: 'latency',
        unit: 'seconds',
        tier: 'light',
        detectors: ['range'],
        threshold: null,
        highest: 'critical',
        historySeconds: 900,
      },
    ],
  };
}

export function labelRecord(change: Partial<AnomalyLabelRecord> = {}): AnomalyLabelRecord {
  return {
    id: '01LABEL',
    service: 'payment',
    signalId: null,
    label: 'false-alarm',
    fromMs: NOW_MS - 20 * MINUTE,
    toMs: NOW_MS,
    comment: 'load test',
    author: 'Bob',
    createdMs: NOW_MS,
    ...change,
  };
}

export function backtestAnswer(change: Partial<BacktestAnswer> = {}): BacktestAnswer {
  return {
    request: { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS, detector: 'ensemble', threshold: 0.8 },
    stepSeconds: 300,
    warmUpMs: 7 * 86_400_000,
    alerts: [
      {
        service: 'payment',
        signalId: '',
        openedMs: NOW_MS - 20 * MINUTE,
        closedMs: NOW_MS - 5 * MINUTE,
        peakScore: 0.97,
        hit: true,
      },
      {
        service: 'cart',
        signalId: 'cart/cpu',
        openedMs: NOW_MS - 50 * MINUTE,
        closedMs: null,
        peakScore: 0.81,
        hit: false,
      },
    ],
    incidents: [
      {
        service: 'payment',
        fromMs: NOW_MS - 25 * MINUTE,
        toMs: NOW_MS,
        source: 'ledger',
        detectedMs: NOW_MS - 20 * MINUTE,
      },
      {
        service: 'search',
        fromMs: NOW_MS - 40 * MINUTE,
        toMs: NOW_MS - 30 * MINUTE,
        source: 'label',
        detectedMs: null,
      },
    ],
    hits: 1,
    misses: 1,
    falseAlarms: 1,
    alertsPerServiceDay: 0.25,
    unknownShare: 0.02,
    ...change,
  };
}
