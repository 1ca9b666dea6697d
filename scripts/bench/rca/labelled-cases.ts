import type { LabelledCase } from '#training';
import type { BlindCase } from './blind-case.ts';
import type { PackCase } from './pack-case.ts';

/** Cases with their answers, for training; the case itself is as blind as in a measurement. */
export function toLabelledCases(pack: readonly PackCase[], blind: readonly BlindCase[]): readonly LabelledCase[] {
  return pack.flatMap(({ truth }, i) => {
    const item = blind[i];
    return item
      ? {
          case: item.input,
          cause: item.names.indexOf(truth.service),
          system: truth.dataset,
          causeName: truth.service,
          fault: truth.faultType,
          origin: truth.source ?? '',
          licence: truth.licence ?? '',
        }
      : [];
  });
}
