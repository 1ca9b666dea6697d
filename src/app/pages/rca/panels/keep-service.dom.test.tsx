import { type DataFrame, FieldType } from '@grafana/data';
import { describe, expect, it } from 'vitest';
import { keepService } from './keep-service.ts';

const frame = (...labels: ReadonlyArray<Record<string, string>>): DataFrame => ({
  length: 0,
  fields: [
    { name: 'time', type: FieldType.time, config: {}, values: [] },
    ...labels.map((each) => ({ name: 'value', type: FieldType.number, config: {}, values: [], labels: each })),
  ],
});
const shown = (frames: readonly DataFrame[]) =>
  frames.flatMap(({ fields }) => fields.flatMap(({ labels }) => (labels ? Object.values(labels) : [])));

describe('keepService', () => {
  it('keeps the series of the service, in frames of their own or in one', () => {
    const frames = [frame({ service: 'order' }, { service: 'payment' }), frame({ server: 'orders-db' })];
    expect(shown(keepService(frames, 'order'))).toEqual(['order']);
    expect(shown(keepService([frame({ pod: 'order-7f-0' })], 'order'))).toEqual(['order-7f-0']);
    expect(keepService(frames, 'payment')[0]?.fields[0]?.type).toBe('time');
  });

  it('keeps everything where no series names it', () => {
    const frames = [frame({ job: 'shop' }), frame({})];
    expect(keepService(frames, 'order')).toEqual(frames);
  });
});
