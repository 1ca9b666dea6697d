/** What a value is. The names stand in the payload, with a number: `IP_1`. */
export const PSEUDONYM_KINDS = [
  'HOST',
  'IP',
  'USER',
  'EMAIL',
  'SECRET',
  'CARD',
  'PHONE',
  'ID',
  'PRIVATE',
  'NAME',
] as const;
export type PseudonymKind = (typeof PSEUDONYM_KINDS)[number];

/** Where a sensitive value stands in a text. */
export interface SensitiveSpan {
  readonly from: number;
  readonly to: number;
  readonly kind: PseudonymKind;
  /** Only a label gives it away: names that are known to be none are kept. */
  readonly byLabel?: boolean;
}

interface Rule {
  readonly kind: PseudonymKind;
  /** With flags `dg`. Every repetition is bounded and no two in a row take the same characters: the cost is linear. */
  readonly pattern: RegExp;
  /** Group that holds the value; the whole match when missing. */
  readonly group?: number;
  readonly accepts?: (value: string) => boolean;
}

const VALUE = String.raw`[^\s"',;&}\])]{1,200}`;
/** Of a key whose name may also be the name of a service: a bare colon is only punctuation. */
const ASSIGNED = String.raw`(?:\\?["']?\s{0,3}=\s{0,3}\\?["']?|\\?["']\s{0,3}:\s{0,3}\\?["']?)`;
const HOST_KEY = String.raw`\b(?:(?:k8s_|kubernetes_)?node(?:name|_name)?|host(?:name|_name|\.name)?|instance|server(?:_name|\.address)?|machine|net\.peer\.name)`;
const IS = String.raw`\\?["']?\s{0,3}[=:]\s{0,3}\\?["']?`;

/**
 * What never leaves for a language model, in the order of precedence. Names of services, tables and versions are kept, since
 * the wording is about them.
 *
 * Not covered: names of people, postal addresses, bare host names that no label names, and identifiers of a private form;
 * configured patterns are for those.
 */
const RULES: readonly Rule[] = [
  { kind: 'SECRET', pattern: /-----BEGIN [A-Z ]{1,40}-----[^-]{0,20000}(?:-----END [A-Z ]{1,40}-----)?/dg },
  { kind: 'SECRET', pattern: /\beyJ[\w-]{5,4000}\.[\w-]{2,8000}(?:\.[\w-]{0,4000})?/dg },
  {
    kind: 'SECRET',
    pattern:
      /authorization\\?["']?\s{0,3}[=:]\s{0,3}\\?["']?(?:(?:bearer|basic|token|digest)\s{1,3})?([^\s"',;]{1,2000})/dgi,
    group: 1,
  },
  { kind: 'SECRET', pattern: /\b(?:bearer|basic)\s{1,3}([\w.~+/=-]{6,2000})/dgi, group: 1 },
  { kind: 'SECRET', pattern: /cookie\s{0,3}[=:]\s{0,3}([^\r\n"]{1,2000})/dgi, group: 1 },
  { kind: 'SECRET', pattern: /:\/\/([^\s/@:"']{1,100}:[^\s/@"']{1,200})@/dg, group: 1 },
  {
    kind: 'SECRET',
    pattern: new RegExp(
      `(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|session(?:[_-]?id)?)${IS}(${VALUE})`,
      'dgi'
    ),
    group: 1,
  },
  { kind: 'SECRET', pattern: /\b(?:sk|pk|rk|ghp|gho|ghs|glpat|glsa|glc|npm|xox[abpr])[-_][\w-]{10,200}/dg },
  { kind: 'SECRET', pattern: /\bgithub_pat_\w{20,200}/dg },
  { kind: 'SECRET', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/dg },
  { kind: 'EMAIL', pattern: /(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/dg },
  {
    kind: 'USER',
    pattern: new RegExp(
      String.raw`(?:user|customer|account|member|login|subscriber|client)[_ -]?(?:id|name|no|number)\\?["']?\s{0,3}[=:#]\s{0,3}\\?["']?(${VALUE})`,
      'dgi'
    ),
    group: 1,
  },
  {
    kind: 'USER',
    pattern: new RegExp(
      String.raw`\b(?:user|customer|account|member|login|subscriber|uid|owner|enduser\.id)${ASSIGNED}(${VALUE})`,
      'dgi'
    ),
    group: 1,
  },
  {
    kind: 'USER',
    pattern: /\b(?:user|customer|account|member)\s{1,3}(?:id\s{1,3})?#?(\d{3,20})\b(?!\.\d|\s{0,3}%)/dgi,
    group: 1,
  },
  { kind: 'USER', pattern: /\b(?:user|customer|account|member)\s{1,3}["']([^"'\r\n]{1,100})["']/dgi, group: 1 },
  { kind: 'USER', pattern: /\b(?:for|by|as) user ([\w.@-]{0,40}[\d.@_][\w.@-]{0,40})/dgi, group: 1 },
  {
    kind: 'USER',
    pattern:
      /\b(?:invalid user|(?:accepted|failed) [\w/-]{1,40} for(?: user)?|session (?:opened|closed) for user) ([\w.@-]{1,64})/dgi,
    group: 1,
    accepts: (value) => !/^(?:user|invalid|from|by)$/i.test(value),
  },
  { kind: 'ID', pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/dgi },
  { kind: 'IP', pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/dg },
  {
    kind: 'IP',
    pattern: /(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?![\w:])/dgi,
  },
  {
    kind: 'IP',
    pattern:
      /(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?![\w:])|(?<![\w:])::[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6}(?![\w:])/dgi,
  },
  { kind: 'HOST', pattern: new RegExp(`${HOST_KEY}${ASSIGNED}(${VALUE})`, 'dgi'), group: 1 },
  {
    kind: 'HOST',
    pattern: new RegExp(`${HOST_KEY}:\\s{1,3}(${VALUE})`, 'dgi'),
    group: 1,
    accepts: (value) => /[\d.]/.test(value),
  },
  {
    kind: 'HOST',
    pattern: /(?<![\w.-])(?:[a-z0-9][\w-]{0,62}\.){1,8}[a-z][a-z0-9-]{1,23}(?![\w-])/dgi,
    accepts: isHostName,
  },
  { kind: 'HOST', pattern: /\bip-\d{1,3}(?:-\d{1,3}){3}\b/dgi },
  {
    kind: 'PHONE',
    pattern: /(?<![\w+])\+\d[\d ()./-]{6,20}\d(?!\w)/dg,
    accepts: (value) => digitsOf(value).length >= 8,
  },
  { kind: 'PHONE', pattern: /(?:phone|tel|mobile|msisdn|fax)\W{1,4}(\+?\d[\d ()./-]{4,20}\d)/dgi, group: 1 },
  { kind: 'PHONE', pattern: /(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-]|\.\d)/dg },
  {
    kind: 'CARD',
    pattern: /(?<![\w.])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?!\w|\.\d)/dg,
    accepts: (value) => passesLuhn(digitsOf(value)),
  },
  { kind: 'ID', pattern: /(?<![\w.])\d{13,19}(?!\w|\.\d)/dg },
  { kind: 'ID', pattern: /\b[0-9a-f]{16,128}\b/dgi, accepts: (value) => /\d/.test(value) && /[a-f]/i.test(value) },
  { kind: 'ID', pattern: /\b\d{20,128}\b/dg },
  { kind: 'SECRET', pattern: /(?<![\w+/=-])[\w+/-]{32,2000}={0,2}(?![\w+/=-])/dg, accepts: isRandom },
];

const LABELLED: ReadonlySet<PseudonymKind> = new Set(['HOST', 'USER']);

/** Every sensitive value of a text that the rules know. Spans may overlap. */
export function sensitiveSpans(text: string): readonly SensitiveSpan[] {
  return RULES.flatMap(({ kind, pattern, group, accepts }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [from, to] = match.indices?.[group ?? 0] ?? [0, 0];
      return from < to && (!accepts || accepts(text.slice(from, to)))
        ? [{ from, to, kind, byLabel: LABELLED.has(kind) && group !== undefined }]
        : [];
    })
  );
}

const TOP_LEVELS = new Set(
  `com net org io dev app cloud info biz edu gov mil int internal local localdomain lan corp home intranet private
  arpa test example invalid localhost svc onion xyz online site tech`.split(/\s+/)
);
const COUNTRIES = new Set(
  `ae ai ar at au be bg br ca ch ci cl cn co cz de dk ee eg es eu fi fr gr hk hr hu id ie il in ir is it jp ke kr kz lt lu lv ma me mx my
  ng nl no nz pe ph pk pt ro ru sa se sg si sk th tn to tr tv tw ua uk us uy ve vn za`.split(/\s+/)
);
/** These are words more often than countries where they stand behind one dot. */
const WORDS = new Set('ai ci co id in is it me no to'.split(' '));

function isHostName(value: string): boolean {
  const labels = value.toLowerCase().split('.');
  const top = labels.at(-1) ?? '';
  // Names of Java packages begin with what ends a host name.
  if (TOP_LEVELS.has(labels[0] ?? '') && labels.length > 2) {
    return false;
  }
  return TOP_LEVELS.has(top) || (COUNTRIES.has(top) && (labels.length > 2 || !WORDS.has(top)));
}

/** A long part with digits and letters of both cases; a path or a name of words has none. */
function isRandom(value: string): boolean {
  return value
    .split(/[/_-]/)
    .some((part) => part.length >= 20 && /\d/.test(part) && /[A-Z]/.test(part) && /[a-z]/.test(part));
}

function digitsOf(value: string): string {
  return value.replace(/\D/g, '');
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, char, at) => {
    const digit = Number(char) * (at % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}
