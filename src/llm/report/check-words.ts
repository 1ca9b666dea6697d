import { serviceNames, type ReportPayload } from '../payload.ts';

const COMPOUND = /[\p{L}\p{N}]+(?:[-_./][\p{L}\p{N}]+)+/gu;
/** A word followed by a kind of component is taken for the name of one. */
const NAMED_COMPONENT =
  /([\p{L}\p{N}_.-]+)\s+((?:micro)?(?:services?|databases?|caches?|queues?|deployments?|pods?|containers?|clusters?|servers?|brokers?|gateways?|apis?))\b/giu;
const ORDINARY = new Set(
  `a active an and affected available all another any are both by called caller calling callee dependent downstream each either entire
  every external failing faulty few for four free from healthy idle in internal is its many more most named neither new no of on one open
  or other our overloaded own same several single slow some such suspect that the their these this those three to
  two upstream virtual was were which with`.split(/\s+/)
);
const ORDINARY_COMPOUNDS = new Set(
  `and/or downstream end-to-end follow-up knock-on long-running on-call per-second root-cause short-lived
  so-called up-to-date well-known`.split(/\s+/)
);

/** Words of which an English sentence has at least one. */
const ENGLISH = new Set(
  `a about above after all although an and any are as at be because been before began but by can could did do does down due during each far
  few first for from had has have he how if in into is it its less may might more most no nor not of off on once one only or other
  out over rose same she since so some such than that the their them then there these they this those through to too two under until up
  very was we were what when where whether which while who why will with within without would yes you`.split(/\s+/)
);
const FOREIGN = new Set(
  `aber adesso agora ahora auf avec bitte che com con da das de del della dem den der des di dos du e ein eine
  einen el en es est esta et gli il in ist jetzt la las le les los maintenant mais mit na ne nicht no non o os
  ou para pas por pour que se si sie sind sofort sono sont su sur uma un una und une von vous wird y zu`.split(/\s+/)
);

/**
 * Whether a text is English. The checks know English words of actions and orders; what is written in another language would pass
 * them unread.
 */
export function isEnglish(text: string, payload: ReportPayload): boolean {
  const names = new Set(
    serviceNames(payload)
      .filter((name) => !/\s/.test(name))
      .flatMap(wordsOf)
  );
  const words = wordsOf(text).filter((word) => ENGLISH.has(word) || !names.has(word));
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const foreign = words.filter((word) => FOREIGN.has(word) && !ENGLISH.has(word)).length;
  return words.every((word) => /^[a-z]+$/.test(word)) && (words.length === 0 || english > foreign);
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
}

/**
 * Words of a text that look like the name of a service but do not occur in the report: compounds such as `billing-db`,
 * words in backticks, and words before "service", "database" and the like.
 */
export function unknownNames(text: string, payload: ReportPayload): readonly string[] {
  const known = vocabularyOf(payload);
  const names = new Set(serviceNames(payload).map((name) => name.toLowerCase()));
  const compounds = (text.match(COMPOUND) ?? []).filter(
    (word) => !/^[\p{N}./-]+$/u.test(word) && !ORDINARY_COMPOUNDS.has(word.toLowerCase())
  );
  const quoted = [...text.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? '');
  const components = [...text.matchAll(NAMED_COMPONENT)]
    .filter((match) => !names.has((match[2] ?? '').toLowerCase()))
    .map((match) => match[1] ?? '')
    .filter((word) => !ORDINARY.has(word.toLowerCase()));
  return [...compounds, ...quoted, ...components].filter((word) => !known.has(word.toLowerCase()));
}

/** Every word and compound of the report's texts, in lower case. */
function vocabularyOf(payload: ReportPayload): ReadonlySet<string> {
  const texts = textsOf(payload).map((text) => text.toLowerCase());
  const words = texts.flatMap((text) => [
    ...(text.match(COMPOUND) ?? []),
    ...(text.match(/[\p{L}\p{N}]+/gu) ?? []),
    ...(text.match(/[\p{L}\p{N}_.-]+/gu) ?? []),
  ]);
  return new Set([...texts, ...words]);
}

/** Every text value of the report, at any depth. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
