/** Something wrong in a runbook file, in words for the person who wrote it. */
export interface RunbookProblem {
  /** File as it was named to the loader. */
  readonly source: string;
  /** From 1; 0 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** Dotted path, such as `spec.steps[0].with.replicas`; empty for the whole file. */
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
}

/** A problem before its place in the file is known. */
export type Finding = Omit<RunbookProblem, 'source' | 'line' | 'column' | 'field'> & {
  readonly path: readonly (string | number)[];
};

/** `file:line:column field: message. remedy` */
export function formatProblem({ source, line, column, field, message, remedy }: RunbookProblem): string {
  const place = line === 0 ? source : `${source}:${line}:${column}`;
  return `${place} ${field === '' ? '' : `${field}: `}${message}. ${remedy}`;
}

/** Dotted form of a path. Keys that are no plain names are quoted. */
export function fieldOf(path: readonly (string | number)[]): string {
  let field = '';
  for (const part of path) {
    if (typeof part === 'number') {
      field += `[${part}]`;
    } else {
      const plain = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(part);
      field += plain ? `${field === '' ? '' : '.'}${part}` : `[${JSON.stringify(part.slice(0, 64))}]`;
    }
  }
  return field;
}
