/** A field that holds bytes: a text or a message. */
export function field(number: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(body.length), body]);
}

/** A whole number. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** Bytes as an uncompressed block of snappy. */
export function snappyLiteral(body: Buffer): Buffer {
  const parts = [varint(body.length)];
  for (let at = 0; at < body.length; at += 65_536) {
    const chunk = body.subarray(at, at + 65_536);
    const header = Buffer.from([61 << 2, 0, 0]);
    header.writeUInt16LE(chunk.length - 1, 1);
    parts.push(header, chunk);
  }
  return Buffer.concat(parts);
}
