import type { FixtureSeries } from './fixture-series.ts';
import { START_SECONDS } from './fixture-series.ts';

const STALE_NAN = Buffer.from([2, 0, 0, 0, 0, 0, 0xf0, 0x7f]);

/** A remote-write request (protobuf in an uncompressed snappy block) with the samples after `fromSeconds`. */
export function remoteWriteBody(series: readonly FixtureSeries[], fromSeconds: number): Buffer {
  return snappyLiteral(Buffer.concat(series.map((one) => field(1, timeSeries(one, fromSeconds)))));
}

function timeSeries({ labels, samples }: FixtureSeries, fromSeconds: number): Buffer {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = pairs.map(([name, value]) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))
  );
  for (const [offset, value] of samples) {
    if (offset > fromSeconds) {
      const number = value === 'stale' ? STALE_NAN : Buffer.alloc(8);
      if (value !== 'stale') {
        number.writeDoubleLE(value);
      }
      const time = Buffer.concat([Buffer.from([0x10]), varint((START_SECONDS + offset) * 1000)]);
      parts.push(field(2, Buffer.concat([Buffer.from([0x09]), number, time])));
    }
  }
  return Buffer.concat(parts);
}

function field(number: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | 128);
  }
  return Buffer.from([...bytes, rest]);
}

function snappyLiteral(body: Buffer): Buffer {
  const parts = [varint(body.length)];
  for (let at = 0; at < body.length; at += 65_536) {
    const chunk = body.subarray(at, at + 65_536);
    const header = Buffer.from([61 << 2, 0, 0]);
    header.writeUInt16LE(chunk.length - 1, 1);
    parts.push(header, chunk);
  }
  return Buffer.concat(parts);
}
