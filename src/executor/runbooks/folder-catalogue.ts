import type { Ledger } from '../store/ledger.ts';
import type { RunbookCatalogue } from './catalogue.ts';
import type { CelRunner } from './cel/cel-runner.ts';
import { RunbookShelf } from './runbook-shelf.ts';

/** The runbooks of a folder, read anew with every reload; a version that was used keeps its content. */
export function folderCatalogue(
  folder: string,
  cel: Pick<CelRunner, 'check' | 'evaluate'>,
  ledger: Pick<Ledger, 'read'>
): RunbookCatalogue {
  let used: ReadonlyMap<string, string> = new Map();
  const shelf = new RunbookShelf({ folder, cel, usedDigest: (key) => used.get(key) });
  return {
    cel,
    latest: () => shelf.latest(),
    find: (name, version) => shelf.find(name, version),
    problems: () => shelf.problems(),
    async reload() {
      used = await ledger.read.runbooks.usedDigests();
      return shelf.reload();
    },
  };
}
