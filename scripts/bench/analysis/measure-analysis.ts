import { analyse, type AnalysisInput } from '../../../src/engine/index.ts';
import { mineEvents } from '../../../src/backend/analysis/mine-events.ts';
import { layeredSystem } from './layered-system.ts';

/** What the analysis of one system costs. Times are processor time of one thread. */
export interface AnalysisFigures {
  readonly services: number;
  readonly signals: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Sorting every series once, in the same run: what reading the numbers costs at least. */
  readonly peerMs: number;
  /** p50 over the peer. */
  readonly ratio: number;
  /** Of the numbers of the input, and what the analysis adds at most, garbage that was not yet collected included. */
  readonly inputMiB: number;
  readonly analysisMiB: number;
  /** The first service named is the faulty one. */
  readonly correct: boolean;
}

const MIB = 2 ** 20;

/** @param sizes  services and how often */
export function measureAnalysis(
  sizes: readonly (readonly [services: number, runs: number])[],
  say: (text: string) => void
): readonly AnalysisFigures[] {
  analyse(layeredSystem(20, 1).input);
  return sizes.map(([services, runs]) => {
    const { input, events, cause } = layeredSystem(services, services);
    const loaded = usedMiB();
    let most = loaded;
    let named: string | undefined;
    const times = Array.from({ length: runs }, () => {
      const taken = processorMs(() => {
        named = analyse({ ...input, events: mineEvents(events) }).hypotheses[0]?.service;
      });
      most = Math.max(most, usedMiB());
      return taken;
    }).sort((left, right) => left - right);
    const peerMs = Math.min(...Array.from({ length: 3 }, () => processorMs(() => sortAll(input.signals))));
    const at = (share: number): number => times[Math.min(runs - 1, Math.floor(share * runs))] ?? NaN;
    say(`${services} services: ${at(0.5).toFixed(0)} ms`);
    const figures = { services, signals: input.signals.length, p50Ms: at(0.5), p99Ms: at(0.99), peerMs };
    const memory = { inputMiB: sizeOf(input.signals), analysisMiB: most - loaded };
    return { ...figures, ratio: at(0.5) / peerMs, ...memory, correct: named === cause };
  });
}

function processorMs(work: () => void): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

let kept = 0;
function sortAll(signals: AnalysisInput['signals']): void {
  for (const { series } of signals) {
    kept += Float64Array.from(series.values).sort()[0] ?? 0;
  }
}

/** Times and values, as doubles. */
function sizeOf(signals: AnalysisInput['signals']): number {
  return signals.reduce((sum, { series }) => sum + 8 * (series.values.length + series.timesMs.length), 0) / MIB;
}

function usedMiB(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MIB;
}
