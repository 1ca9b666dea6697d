/** Letters of one line of the module: formatters leave texts alone, and the file stays below 400 lines. */
const LINE = 170;

/**
 * The module of the engine that holds the shipped weights: the text of a weights file in pieces.
 * @param text  a weights file
 */
export function toShippedModule(text: string): string {
  const pieces = text.trim().match(new RegExp(`.{1,${LINE}}`, 'gu')) ?? [];
  return `${[
    '/**',
    ' * The weights file that comes with the product, written by `npm run train:rca`; do not edit.',
    ' * docs/training-rca.md says what it was trained on.',
    ' */',
    'export const SHIPPED_WEIGHTS_FILE = [',
    ...pieces.map((piece) => `  '${piece.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}',`),
    "].join('');",
  ].join('\n')}\n`;
}
