import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CelRunner } from './cel/cel-runner.ts';
import { loadRunbook } from './load-runbook.ts';
import type { RunbookProblem } from './problem.ts';
import { type LoadedRunbook, runbookKey } from './runbook.ts';
import { MAX_YAML_CHARACTERS } from './yaml-source.ts';

/** Digest under which `name@version` was used before; undefined when it never was. From the ledger. */
export type UsedDigest = (key: string) => string | undefined;

export interface ShelfOptions {
  /** Folder of runbooks, for example a ConfigMap or a clone of a repository. */
  readonly folder: string;
  readonly cel: Pick<CelRunner, 'check'>;
  readonly usedDigest?: UsedDigest;
}

/** What a reload found. */
export interface ReloadReport {
  /** Keys (`name@version`) that are new, or new in content. */
  readonly added: readonly string[];
  /** Keys whose files are gone. */
  readonly removed: readonly string[];
  /** Everything wrong with files; what was good before stays in use. */
  readonly problems: readonly RunbookProblem[];
}

const MAX_FILES = 500;
const MAX_DEPTH = 3;
const MAX_BYTES = MAX_YAML_CHARACTERS * 4;

interface Held {
  readonly digest: string;
  readonly loaded: LoadedRunbook;
}

/**
 * The runbooks of a folder. A reload takes over good files only: a file that has become bad keeps its last good content, a
 * folder that cannot be read keeps everything, and `name@version` never gets another content once it was used.
 */
export class RunbookShelf {
  private readonly options: ShelfOptions;
  /** By file; a file holds one runbook. */
  private held: ReadonlyMap<string, Held> = new Map();
  private lastProblems: readonly RunbookProblem[] = [];
  private reloading: Promise<ReloadReport> | undefined;

  constructor(options: ShelfOptions) {
    this.options = options;
  }

  /** All runbooks, every version, in the order of name and version. */
  all(): readonly LoadedRunbook[] {
    return [...this.held.values()]
      .map(({ loaded }) => loaded)
      .toSorted((a, b) => compareText(a.runbook.metadata.name, b.runbook.metadata.name) || versionOf(a) - versionOf(b));
  }

  /** The newest version of each runbook: what is proposed. */
  latest(): readonly LoadedRunbook[] {
    return this.all().filter((one, index, all) => all[index + 1]?.runbook.metadata.name !== one.runbook.metadata.name);
  }

  /** One runbook, in one version. */
  find(name: string, version: number): LoadedRunbook | undefined {
    return this.all().find(({ runbook }) => runbook.metadata.name === name && runbook.metadata.version === version);
  }

  /** What was wrong at the last reload. */
  problems(): readonly RunbookProblem[] {
    return this.lastProblems;
  }

  /** Reads the folder again. Reloads at the same time are one. */
  async reload(): Promise<ReloadReport> {
    this.reloading ??= this.read().finally(() => (this.reloading = undefined));
    return this.reloading;
  }

  private async read(): Promise<ReloadReport> {
    const problems: RunbookProblem[] = [];
    let files: readonly string[];
    try {
      files = await listFiles(this.options.folder, problems);
    } catch (error) {
      problems.push(folderProblem(this.options.folder, error));
      this.lastProblems = problems;
      return { added: [], removed: [], problems };
    }
    const next = new Map<string, Held>();
    for (const file of files) {
      const held = await this.take(file, next, problems);
      if (held) {
        next.set(file, held);
      }
    }
    const before = keysOf(this.held);
    const after = keysOf(next);
    this.held = next;
    this.lastProblems = problems;
    return {
      added: [...after].filter(([key, digest]) => before.get(key) !== digest).map(([key]) => key),
      removed: [...before.keys()].filter((key) => !after.has(key)),
      problems,
    };
  }

  /** What a file stands for now: its new content, else its last good one, else nothing. */
  private async take(
    file: string,
    taken: ReadonlyMap<string, Held>,
    problems: RunbookProblem[]
  ): Promise<Held | undefined> {
    const fresh = await this.load(file, problems);
    for (const candidate of [fresh, this.held.get(file)]) {
      const clash = candidate && this.clashOf(candidate, taken);
      if (clash !== undefined) {
        problems.push({ source: file, line: 0, column: 0, field: 'metadata.version', ...clash });
      } else if (candidate) {
        return candidate;
      }
    }
    return undefined;
  }

  private async load(file: string, problems: RunbookProblem[]): Promise<Held | undefined> {
    try {
      const full = path.join(this.options.folder, file);
      if ((await stat(full)).size > MAX_BYTES) {
        problems.push(fileProblem(file, 'the file is too large', `Keep it below ${MAX_YAML_CHARACTERS} characters.`));
        return undefined;
      }
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(full));
      const result = await loadRunbook(text, file, this.options.cel);
      if (!result.ok) {
        problems.push(...result.problems);
        return undefined;
      }
      return { digest: result.loaded.digest, loaded: result.loaded };
    } catch (error) {
      const reason =
        error instanceof TypeError ? 'the file is not UTF-8' : `the file cannot be read (${codeOf(error)})`;
      problems.push(fileProblem(file, reason, 'Check the file and its rights.'));
      return undefined;
    }
  }

  private clashOf(
    { loaded, digest }: Held,
    taken: ReadonlyMap<string, Held>
  ): { readonly message: string; readonly remedy: string } | undefined {
    const key = runbookKey(loaded.runbook);
    const [twin] = [...taken].find(([, other]) => runbookKey(other.loaded.runbook) === key) ?? [];
    if (twin !== undefined) {
      return { message: `${key} is in ${twin} already`, remedy: 'Give it another name or version.' };
    }
    const used = this.options.usedDigest?.(key);
    return used !== undefined && used !== digest
      ? {
          message: `${key} was used with other content`,
          remedy: 'Raise metadata.version: a version that was used never changes.',
        }
      : undefined;
  }
}

/** YAML files of a folder, by path. Hidden entries are left out: a ConfigMap keeps its data in `..data`. */
async function listFiles(folder: string, problems: RunbookProblem[]): Promise<readonly string[]> {
  const files: string[] = [];
  const walk = async (relative: string, depth: number): Promise<void> => {
    const names = (await readdir(path.join(folder, relative))).filter((name) => !name.startsWith('.')).sort();
    for (const name of names) {
      const file = relative === '' ? name : `${relative}/${name}`;
      const found = await stat(path.join(folder, file)).catch(() => undefined);
      if (found?.isDirectory() && depth < MAX_DEPTH) {
        await walk(file, depth + 1);
      } else if (/\.ya?ml$/.test(name) && found?.isFile() !== false) {
        files.push(file);
      }
    }
  };
  await walk('', 1);
  if (files.length > MAX_FILES) {
    problems.push(fileProblem(folder, `there are ${files.length} files`, `Only the first ${MAX_FILES} are read.`));
  }
  return files.slice(0, MAX_FILES);
}

function keysOf(held: ReadonlyMap<string, Held>): Map<string, string> {
  return new Map([...held.values()].map(({ loaded, digest }) => [runbookKey(loaded.runbook), digest]));
}

function versionOf({ runbook }: LoadedRunbook): number {
  return runbook.metadata.version;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fileProblem(source: string, message: string, remedy: string): RunbookProblem {
  return { source, line: 0, column: 0, field: '', message, remedy };
}

function folderProblem(folder: string, error: unknown): RunbookProblem {
  return fileProblem(
    folder,
    `the folder cannot be read (${codeOf(error)})`,
    'Check the path; what was loaded stays in use.'
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
