/** Rows of a file, or the line in which it stops being one. */
export type CsvRows =
  | { readonly rows: readonly (readonly string[])[]; readonly problem?: never }
  | { readonly rows?: never; readonly problem: string };

/** Delimits items of a list inside a field, as `neo4j-admin` expects. */
export const LIST_DELIMITER = ';';

/**
 * A field of a CSV file. Quoted where it must be, and where it is an empty text, which an import tells from no value.
 *
 * @param value  any text; undefined for no value
 * @returns the field without delimiter
 * Cost O(length). Ref: RFC 4180.
 */
export function csvField(value: string | undefined): string {
  if (value === undefined) {
    return '';
  }
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * Reads CSV with quotes and line breaks inside fields.
 *
 * @param text  the file; hostile input
 * @param maxRows  more rows than this are refused
 * @returns rows without empty lines, or what is wrong and in which line; never throws
 * Cost O(length). Ref: RFC 4180; bare line feeds are accepted as well.
 */
export function readCsv(text: string, maxRows: number): CsvRows {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length || row.length > 0) {
    const field = readField(text, at);
    if (field === undefined) {
      const line = text.slice(0, at).split(/\r\n|\n|\r/).length;
      return { problem: `line ${line}: a quote is opened or closed in the middle of a field` };
    }
    row.push(field.value);
    at = field.end;
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    if (row.length > 1 || field.quoted || field.value !== '') {
      rows.push(row);
    }
    row = [];
    if (rows.length > maxRows) {
      return { problem: `more than ${maxRows} rows` };
    }
  }
  return { rows };
}

const BARE_END = /[",\r\n]/g;

/** The field that begins at a position, with the position of what ends it; undefined when its quotes are wrong. */
function readField(
  text: string,
  start: number
): { readonly value: string; readonly end: number; readonly quoted: boolean } | undefined {
  if (text[start] !== '"') {
    BARE_END.lastIndex = start;
    const end = BARE_END.exec(text)?.index ?? text.length;
    return text[end] === '"' ? undefined : { value: text.slice(start, end), end, quoted: false };
  }
  let close = text.indexOf('"', start + 1);
  while (close !== -1 && text[close + 1] === '"') {
    close = text.indexOf('"', close + 2);
  }
  const isEnd = close !== -1 && /^[,\r\n]?$/.test(text[close + 1] ?? '');
  return isEnd
    ? { value: text.slice(start + 1, close).replaceAll('""', '"'), end: close + 1, quoted: true }
    : undefined;
}
