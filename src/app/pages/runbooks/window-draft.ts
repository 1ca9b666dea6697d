import type { Maintenance } from '#contracts';

/** What the form of a maintenance window holds; times as `datetime-local` gives them. */
export interface WindowDraft {
  readonly reason: string;
  readonly from: string;
  readonly to: string;
  readonly namespaces: string;
}

type Window = Maintenance['windows'][number];
const MOST_NAMESPACES = 50;

/** The window of a draft, or what is wrong with its fields. */
export function checkWindow(
  draft: WindowDraft
): { readonly window: Window } | { readonly errors: Readonly<Partial<Record<keyof WindowDraft, string>>> } {
  const fromMs = new Date(draft.from).getTime();
  const toMs = new Date(draft.to).getTime();
  const reason = draft.reason.trim();
  const namespaces = [...new Set(draft.namespaces.split(',').map((one) => one.trim()))].filter((one) => one !== '');
  const errors = {
    ...(reason === '' ? { reason: 'Say why.' } : {}),
    ...(fromMs > 0 ? {} : { from: 'Choose when it begins.' }),
    ...(toMs > 0 ? (toMs <= fromMs ? { to: 'It must end after it begins.' } : {}) : { to: 'Choose when it ends.' }),
    ...(namespaces.length > MOST_NAMESPACES || namespaces.some(({ length }) => length > 63)
      ? { namespaces: `At most ${MOST_NAMESPACES}, of at most 63 characters each.` }
      : {}),
  };
  if (Object.keys(errors).length > 0) {
    return { errors };
  }
  const id = `${fromMs}-${toMs}-${reason}`.slice(0, 60);
  return { window: { id, fromMs, toMs, reason, ...(namespaces.length > 0 ? { namespaces } : {}) } };
}
