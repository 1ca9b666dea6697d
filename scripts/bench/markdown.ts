/** A table as prettier would write it. */
export function toTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(3, ...[header, ...rows].map((row) => row[column]?.length ?? 0), name.length)
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(header), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** A number with so many decimals; a dash for none. */
export function toFixed(value: number | null | undefined, decimals: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(decimals);
}

/** Paragraphs and tables as one page, each apart from the next by an empty line. */
export function toPage(...blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** One paragraph that names the machine of the figures. */
export function aboutMachine({
  cpu,
  cores,
  node,
  date,
}: {
  cpu: string;
  cores: number;
  node: string;
  date: string;
}): string {
  return `Machine: ${cpu}, ${cores} cores, Node ${node}. Date: ${date}.`;
}
