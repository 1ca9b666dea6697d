/** A piece of a text: plain words, or a citation of numbered evidence. */
export type TextPart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'citation'; readonly number: number };

/** Splits `words [3], more [4, 5]` at its citations. Square brackets that hold no numbers stay text. */
export function splitCitations(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(/\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]/g)) {
    pushText(parts, text.slice(at, match.index));
    for (const number of (match[1] ?? '').split(',')) {
      parts.push({ kind: 'citation', number: Number(number) });
    }
    at = match.index + match[0].length;
  }
  pushText(parts, text.slice(at));
  return parts;
}

function pushText(parts: TextPart[], text: string): void {
  if (text !== '') {
    parts.push({ kind: 'text', text });
  }
}
