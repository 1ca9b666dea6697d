import { field, snappyLiteral, varint } from '../protobuf.ts';
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
