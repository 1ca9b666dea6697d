import type { Block, Line, Span } from './blocks.ts';
import { describeChart, toMermaid, toSparkline } from './chart.ts';
import { toPlainCode, toPlainLine, withoutAutolinks } from './plain.ts';

/** What has a meaning inside of a line, in CommonMark, GitHub's and GitLab's dialects, or in a cell of a table. */
const INLINE = /[\\`*_[\]{}|~$^]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** What has a meaning at the beginning of a line. */
const LINE_START = /^(\d{1,9})?([-+=#.):!%])/;

/** Hostile text as Markdown that shows it and does nothing else. One line. */
export function escapeMarkdown(text: string): string {
  return withoutAutolinks(toPlainLine(text))
    .replaceAll(INLINE, String.raw`\$&`)
    .replaceAll(/[&<>]/g, (found) => ENTITIES[found] ?? '')
    .replace(LINE_START, (_, digits: string | undefined, sign: string) => `${digits ?? ''}\\${sign}`);
}

/** Hostile text as code inside of a line: the fence is longer than any run of backticks in it. */
export function toInlineCode(text: string): string {
  // Cells of tables are cut at bars before code is looked for.
  const code = toPlainLine(text).replaceAll('|', '¦');
  if (code === '') {
    return '';
  }
  const fence = '`'.repeat(longestRun(code) + 1);
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${code}${pad}${fence}`;
}

function toCodeBlock(text: string, language = ''): string {
  const code = toPlainCode(text);
  const fence = '`'.repeat(Math.max(3, longestRun(code) + 1));
  return `${fence}${language}\n${code}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function toSpan(span: Span): string {
  if (typeof span === 'string') {
    return escapeKeepingEnds(span);
  }
  if ('code' in span) {
    return toInlineCode(span.code);
  }
  if ('strong' in span) {
    const text = escapeMarkdown(span.strong);
    return text === '' ? '' : `**${text}**`;
  }
  return `[${escapeLinkText(span.text)}](${span.link})`;
}

/** Some readers take the backslashes of a link's text away before they read it: entities outlast that. */
function escapeLinkText(text: string): string {
  return withoutAutolinks(toPlainLine(text)).replaceAll(
    /[\\`*_[\]{}|~$^&<>!#]/g,
    (found) => `&#${found.charCodeAt(0)};`
  );
}

/** A piece of a line keeps the blank that parts it from its neighbour. */
function escapeKeepingEnds(text: string): string {
  const start = /^\s/.test(text) ? ' ' : '';
  const end = /\s$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${start}${escapeMarkdown(text)}${end}`;
}

function toLine(line: Line): string {
  return line.map(toSpan).join('').trim();
}

function toTable(head: readonly string[], rows: ReadonlyArray<readonly Line[]>): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(head.map(escapeMarkdown)),
    row(head.map(() => '---')),
    ...rows.map((cells) => row(cells.map(toLine))),
  ].join('\n');
}

function toBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case 'paragraph':
      return toLine(block.line);
    case 'list':
      return block.items.map((item) => `- ${toLine(item)}`).join('\n');
    case 'table':
      return toTable(block.head, block.rows);
    case 'code':
      return toCodeBlock(block.text);
    case 'chart': {
      const mermaid = toMermaid(block.series);
      const words = escapeMarkdown(describeChart(block.series));
      return mermaid === undefined
        ? `${words}\n\n${toCodeBlock(toSparkline(block.series))}`
        : `${words}\n\n${toCodeBlock(mermaid, 'mermaid')}`;
    }
  }
}

/** A document as Markdown for GitHub, GitLab and everything that reads CommonMark with tables. */
export function toMarkdown(blocks: readonly Block[]): string {
  return `${blocks
    .map(toBlock)
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}
