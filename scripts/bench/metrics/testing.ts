/** A stream without ties that any language can repeat: 0 to 10.08. */
export function mixedStream(rows: number, variant: number): readonly number[] {
  return Array.from({ length: rows }, (_, row) => ((row * 7919 + variant * 104_729 + 13) % 1009) / 100);
}

/** 1 inside the given ranges (both ends), 0 elsewhere. */
export function labelsFrom(rows: number, segments: readonly (readonly [number, number])[]): readonly number[] {
  return Array.from({ length: rows }, (_, row) =>
    segments.some(([first, last]) => row >= first && row <= last) ? 1 : 0
  );
}
