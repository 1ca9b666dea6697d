/**
 * What never leaves for a language model, with what stands in its place. Order matters: structured secrets come before
 * the shapes they contain. Names of services, tables and versions are kept, since the wording is about them.
 *
 * Not covered: names of people, postal addresses, and identifiers of a private form.
 */
const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, '[secret]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 [token]'],
  [/(:\/\/)[^\s/@:]+:[^\s/@]+@/g, '$1[credentials]@'],
  [
    /\b((?:[\w-]*[_-])?(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|authorization|cookie|session(?:[_-]?id)?))("?\s*[=:]\s*"?)(?!\[)[^\s"',;&}]+/gi,
    '$1$2[secret]',
  ],
  [/\b(?:sk|pk|ghp|gho|glsa|glc|xox[abp])[-_][\w-]{10,}/g, '[token]'],
  [/\bAKIA[0-9A-Z]{16}\b/g, '[token]'],
  [/[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g, '[email]'],
  [
    /\b((?:user|customer|account|member|login|subscriber)[_ -]?(?:id|name|no|number))("?\s*[=:#]\s*"?)(?!\[)[^\s"',;&}\])]+/gi,
    '$1$2[user]',
  ],
  // Bare, the word may be the name of a service and a colon only punctuation.
  [
    /\b((?:user|customer|account|member|login|subscriber))("?\s*=\s*"?|"\s*:\s*"?)(?!\[)[^\s"',;&}\])]+/gi,
    '$1$2[user]',
  ],
  [/\b((?:user|customer|account|member)\s+(?:id\s+)?#?)\d{3,}\b(?!\.\d|\s*%)/gi, '$1[user]'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '[ip]'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}(?![\w:])/gi, '[ip]'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?![\w:])/gi, '[ip]'],
  [/\b[0-9a-f]{24,}\b/gi, '[id]'],
  [/\b(?=[\w+/]*\d)(?=[\w+/]*[A-Z])(?=[\w+/]*[a-z])[\w+/]{32,}={0,2}/g, '[token]'],
  [/\b(?:\d[ -]?){12,18}\d\b/g, '[number]'],
];

/** A text without secrets, addresses and identifiers of people. Idempotent. Cost O(length * rules). */
export function redact(text: string): string {
  return REDACTIONS.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}
