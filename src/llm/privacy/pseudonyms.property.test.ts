import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearPattern } from './linear-pattern.ts';
import { Pseudonyms } from './pseudonyms.ts';

const digits = (least: number, most = least) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${least - 1},${most - 1}}$`));
const word = fc.stringMatching(/^[a-z]{4,10}$/);

/** A value, and a text that gives it away. */
const secret: fc.Arbitrary<readonly [value: string, text: string]> = fc.oneof(
  fc.ipV4().map((ip) => [ip, `from ${ip}`] as const),
  fc.tuple(word, word).map(([user, host]) => [`${user}@${host}.com`, `mail to ${user}@${host}.com`] as const),
  fc
    .tuple(word, word)
    .map(([name, domain]) => [`${name}.${domain}.internal`, `at ${name}.${domain}.internal:80`] as const),
  word.map((name) => [`node-${name}`, `node="node-${name}"`] as const),
  digits(7, 9).map((id) => [id, `user_id=${id}`] as const),
  word.map((word) => [`pw-${word}-9`, `password=pw-${word}-9`] as const),
  fc.stringMatching(/^[A-Z0-9]{16}$/).map((key) => [`AKIA${key}`, `key AKIA${key}`] as const),
  digits(16).map((card) => [card, `card ${card}`] as const),
  digits(10).map((phone) => [`+49${phone}`, `call +49${phone}`] as const),
  fc.uuid().map((id) => [id, `id ${id}`] as const),
  digits(6).map((number) => [`CUST-${number}`, `order of CUST-${number}`] as const)
);
const ordinary = fc.constantFrom(
  'payment is slow',
  'p99 rose to 3.5 s',
  'IP_1',
  'user_2',
  'at 10:15',
  '"x":',
  ' ',
  '{}',
  'é',
  '\u{1f600}'
);
const make = () => new Pseudonyms({ keep: ['payment'], patterns: [new LinearPattern(String.raw`CUST-\d+`)] });

describe('pseudonyms', () => {
  it('let no private value survive, not even where nothing but its repetition gives it away', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            secret,
            ordinary.map((text) => ['', text] as const)
          ),
          { maxLength: 8 }
        ),
        (parts) => {
          const pseudonyms = make();
          const values = parts.map(([value]) => value).filter((value) => value !== '');
          const payload = pseudonyms.hide([...parts.map(([, text]) => text), ...values].join(' ; '));
          expect(values.filter((value) => payload.includes(value))).toEqual([]);
        }
      )
    );
  });

  it('are put back exactly, whatever the texts are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.oneof(
            secret.map(([, given]) => given),
            ordinary
          ),
          { maxLength: 6 }
        )
        .map((parts) => parts.join(' ')),
      fc
        .array(
          fc.oneof(
            secret.map(([value]) => value),
            ordinary,
            fc.string({ maxLength: 3 })
          ),
          { maxLength: 6 }
        )
        .map((parts) => parts.join(''))
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        const pseudonyms = make();
        const hidden = texts.map((given) => pseudonyms.hide(given));
        expect(hidden.map((given) => pseudonyms.restore(given))).toEqual(texts);
        const covered = hidden.map((given) => pseudonyms.cover(given));
        expect(covered.map((given) => pseudonyms.restore(given))).toEqual(texts);
      })
    );
  });

  it('come to an end on texts that are made to be slow', () => {
    const hostile = [
      'a',
      '1',
      '-',
      '.',
      ':',
      '/',
      '+',
      '=',
      '@',
      'a.',
      '1.',
      'a:',
      'user=',
      '-----BEGIN A',
      'eyJ',
      'password',
      '://a:',
      '\\"',
    ];
    for (const part of hostile) {
      const text = part.repeat(Math.ceil(100_000 / part.length));
      const pseudonyms = new Pseudonyms();
      expect(pseudonyms.restore(pseudonyms.hide(text))).toBe(text);
    }
  });
});
