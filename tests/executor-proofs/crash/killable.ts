import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { ROOT } from '../../architecture/import-table.ts';
import type { CellOrder, CellReport } from './cell.ts';

/** For all cells of a process together to come to their boundaries. */
const PATIENCE_MS = 120_000;

/** Bundles the process, so that it starts fast. @returns the file to start */
export async function bundleCells(): Promise<string> {
  const outfile = path.join(ROOT, 'build', 'test', `crash-cells-${process.pid}.cjs`);
  mkdirSync(path.dirname(outfile), { recursive: true });
  await build({
    entryPoints: [path.join(ROOT, 'tests/executor-proofs/crash/child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['better-sqlite3'],
    logLevel: 'error',
    absWorkingDir: ROOT,
  });
  return outfile;
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
