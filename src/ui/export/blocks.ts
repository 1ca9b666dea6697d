import type { EvidenceSeries } from '#model';

/** A piece of a line. A bare string and every `text`, `code` and `strong` may be hostile: renderers escape them. */
export type Span =
  string | { readonly strong: string } | { readonly code: string } | { readonly link: string; readonly text: string };

/** Words of one line. */
export type Line = readonly Span[];

/** A part of a document, before it is Markdown or HTML. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly line: Line }
  | { readonly kind: 'list'; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: ReadonlyArray<readonly Line[]> }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'chart'; readonly series: EvidenceSeries };
