/** What became of one line of an imported file. */
export interface ReportLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly outcome: 'converted' | 'refused';
  /** Action or field that it became; empty when refused. */
  readonly to: string;
  readonly why: string;
}

type Outcome = ReportLine['outcome'];

/** Collects the fate of every line of a text. The first refusal of a line stands, whatever is said of it later. */
export class LineReport {
  private readonly source: readonly string[];
  private readonly fates = new Map<number, Omit<ReportLine, 'line' | 'text'>>();

  constructor(text: string) {
    this.source = text.split(/\r?\n/);
  }

  /** The line of a key or list entry and, when refused, everything below it. */
  item(line: number, outcome: Outcome, to: string, why: string): void {
    this.set(line, outcome, to, why);
    if (outcome === 'refused') {
      this.range(line + 1, this.endOf(line), outcome, to, why);
    }
  }

  /** A key with a block of text below it, or with the text on its own line. */
  block(line: number, text: string, outcome: Outcome, to: string, why: string): void {
    this.set(line, outcome, to, why);
    const first = this.contentLine(line);
    if (first > line) {
      this.range(first, first + text.trimEnd().split('\n').length - 1, outcome, to, why);
    }
  }

  range(from: number, to: number, outcome: Outcome, target: string, why: string): void {
    for (let line = from; line <= to; line += 1) {
      this.set(line, outcome, target, why);
    }
  }

  /** First line of the text of a key: the next one for blocks (`|`, `>`). */
  contentLine(line: number): number {
    return /[|>][-+0-9]*\s*$/.test(this.source[line - 1] ?? '') ? line + 1 : line;
  }

  /** Every line with something on it. */
  lines(): readonly ReportLine[] {
    return this.source.flatMap((source, index) => {
      const text = source.trim();
      const fate = this.fates.get(index + 1);
      if (text === '' || text.startsWith('#')) {
        return [];
      }
      const line = { line: index + 1, text: text.slice(0, 200) };
      return [
        { ...line, ...(fate ?? { outcome: 'converted' as const, to: '', why: 'part of the structure around it' }) },
      ];
    });
  }

  private set(line: number, outcome: Outcome, to: string, why: string): void {
    if (this.fates.get(line)?.outcome !== 'refused') {
      this.fates.set(line, { outcome, to, why });
    }
  }

  /** Last line of the item that begins on a line: what is indented more, and list entries are by their dash. */
  private endOf(line: number): number {
    const indent = indentOf(this.source[line - 1] ?? '');
    let end = line;
    for (let index = line; index < this.source.length; index += 1) {
      const text = this.source[index] ?? '';
      if (text.trim() !== '') {
        if (indentOf(text) <= indent) {
          break;
        }
        end = index + 1;
      }
    }
    return end;
  }
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
