import type { DataGap } from '#model';
import { toFailure } from '../errors.ts';
import type { FrameMeta, Notice } from '../frames/frame.ts';

const MAX_NOTICES = 5;
const MAX_LENGTH = 300;

/** What a person must know about missing inputs, worst first and in few lines. Kinds that nobody measures are normal. */
export function toNotices(gaps: readonly DataGap[], error?: Error): readonly Notice[] {
  const failure = error && toFailure(error);
  const notices: Notice[] = failure
    ? [{ severity: 'warning', text: clip(`${failure.message} ${failure.remedy}`) }]
    : [];
  const serious = gaps.filter((gap) => !/no series of this kind/.test(gap.reason));
  notices.push(...serious.map((gap): Notice => ({ severity: 'warning', text: clip(`${gap.source}: ${gap.reason}`) })));
  if (notices.length <= MAX_NOTICES) {
    return notices;
  }
  const more = notices.length - MAX_NOTICES + 1;
  return [...notices.slice(0, MAX_NOTICES - 1), { severity: 'warning', text: `${more} more gaps in the data.` }];
}

/** Meta with notices, where there are any. */
export function withNotices(meta: FrameMeta, notices: readonly Notice[]): FrameMeta {
  return notices.length === 0 ? meta : { ...meta, notices };
}

function clip(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}...`;
}
