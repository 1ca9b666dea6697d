import type { DetectionSettings, UserSignal } from '#contracts';

type Profile = DetectionSettings['profile'];

/** How far the history is trusted, in words, with the share that is left out. */
export const PROFILE_TEXTS: Readonly<Record<Profile, readonly [label: string, description: string]>> = {
  reviewed: ['Reviewed: trust all of it', 'Known incidents are labelled; nothing is left out'],
  services: ['Services (default)', 'Leaves out the strangest 0.5 %'],
  host: ['Hosts', 'Leaves out the strangest 1 %'],
};

const SHARES: Readonly<Record<Profile, string>> = { reviewed: 'nothing', services: '0.5 %', host: '1 %' };

/** What a contamination is taken for, and what is in effect. */
export function describeTrust(profile: Profile = 'services', contamination?: number): string {
  const meaning =
    'Only for settings that are taken over: the documented 0.01 means “Services”, the documented 0.05 means “Hosts”. The documented cuts are exported for comparison and alert nobody.';
  if (contamination === undefined || !Number.isFinite(contamination)) {
    return `${meaning} Now left out: ${SHARES[profile]}.`;
  }
  const mapped: Profile = contamination <= 0.01 ? 'services' : 'host';
  return `${meaning} ${contamination} counts as “${PROFILE_TEXTS[mapped][0].replace(' (default)', '')}”, whatever is chosen above. Now left out: ${SHARES[mapped]}.`;
}

/** A signal to begin with: nothing in it is filled in that could be wrong. */
export function startSignal(signals: readonly UserSignal[]): UserSignal {
  const taken = new Set(signals.map(({ name }) => name));
  const numbers = Array.from({ length: signals.length + 1 }, (_, index) => `signal-${index + 1}`);
  return {
    name: numbers.find((name) => !taken.has(name)) ?? 'signal',
    query: '',
    serviceLabel: 'service',
    unit: 'dimensionless',
    harm: 'both',
  };
}

/** The list with one signal changed. A limit that is undefined is taken out. */
export function changeSignal(
  signals: readonly UserSignal[],
  at: number,
  change: { readonly [K in keyof UserSignal]?: UserSignal[K] | undefined }
): readonly UserSignal[] {
  return signals.map((signal, index) =>
    index === at
      ? (Object.fromEntries(
          Object.entries({ ...signal, ...change }).filter(([, value]) => value !== undefined)
        ) as UserSignal)
      : signal
  );
}
