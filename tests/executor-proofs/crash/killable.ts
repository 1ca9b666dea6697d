import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bundleProcess } from '../../support/bundle-process.ts';
import type { CellOrder, CellReport } from './cell.ts';

/** For all cells of a process together to come to their boundaries. */
const PATIENCE_MS = 120_000;

/** @returns the file to start */
export function bundleCells(): Promise<string> {
  return bundleProcess('tests/executor-proofs/crash/child.ts', `crash-cells-${process.pid}`);
}

/**
 * Starts a process with these cells, waits until each stands at its boundary or is at its end, and kills it with SIGKILL.
 * @returns the last report of every cell; none of a cell that did neither in time
 */
export async function runAndKill(file: string, orders: readonly CellOrder[]): Promise<ReadonlyMap<string, CellReport>> {
  const reports = new Map<string, CellReport>();
  if (orders.length === 0) {
    return reports;
  }
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  child.stdin.end(JSON.stringify(orders));
  for await (const line of createInterface({ input: child.stdout })) {
    const report = JSON.parse(line) as CellReport;
    reports.set(report.cell, report);
    if (reports.size === orders.length) {
      child.kill('SIGKILL');
    }
  }
  await ended;
  clearTimeout(timer);
  return reports;
}
