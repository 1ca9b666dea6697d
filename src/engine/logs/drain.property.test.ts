import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../stats/state-bytes.ts';
import { DrainMiner, templateText } from './drain.ts';
import { MAX_TOKENS, toTokens } from './mask.ts';

const word = fc.constantFrom('user', 'order', 'payment', 'cart', 'failed', 'opened', 'closed', 'done', 'retry');
const variable = fc.oneof(
  fc.nat().map(String),
  fc.uuid(),
  fc.ipV4(),
  fc.stringMatching(/^0x[0-9a-f]{1,12}$/),
  fc.nat(99_999).map((n) => `key=${n}`),
  fc.constantFrom('a.example.org:443', 'blk_-123', '12ms', '2026-01-02T03:04:05Z')
);
const message = fc
  .array(fc.oneof(word, word, variable), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(' '));
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  message,
  fc.constantFrom(
    '',
    ' ',
    '<*>',
    '<*> <*>',
    '{',
    '\u001b[31mred\u001b[0m',
    '<script>alert(1)</script>',
    '=',
    ':::',
    '\0\0'
  )
);

function stateOf(miner: DrainMiner): Uint8Array {
  const writer = new StateWriter();
  miner.save(writer);
  return writer.finish();
}

function reload(miner: DrainMiner, config = {}): DrainMiner {
  const copy = new DrainMiner(config);
  copy.load(new StateReader(stateOf(miner)));
  return copy;
}

describe('DrainMiner', () => {
  it('gives lines that differ only in masked parts one template', () => {
    const kinds: readonly (readonly [string, fc.Arbitrary<string>])[] = [
      ['number', fc.integer().map(String)],
      ['ip', fc.ipV4()],
      ['uuid', fc.uuid()],
      ['hex', fc.stringMatching(/^0x[0-9a-f]{1,16}$/)],
      ['block', fc.nat().map((n) => `blk_${n}`)],
      ['host', fc.nat(65_535).map((port) => `db-1.example.org:${port}`)],
      ['time', fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((at) => at.toISOString())],
      ['trace id', fc.stringMatching(/^[0-9a-f]{15}a1[0-9a-f]{15}$/)],
    ];
    for (const [, values] of kinds) {
      fc.assert(
        fc.property(values, values, word, word, (one, other, before, after) => {
          const miner = new DrainMiner();
          const first = miner.add(`${before} ${one} ${after}`).cluster.id;
          expect(miner.add(`${before} ${other} ${after}`).cluster.id).toBe(first);
          expect(miner.clusters).toHaveLength(1);
        })
      );
    }
  });

  it('keeps the order of tokens: a template fits all its lines, token by token', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (lines) => {
        const miner = new DrainMiner();
        const slots = lines.map((line) => miner.add(line).cluster.slot);
        lines.forEach((line, i) => {
          const template = miner.clusters[slots[i] ?? -1]?.tokens ?? [];
          const tokens = toTokens(line);
          expect(template).toHaveLength(tokens.length);
          template.forEach((token, at) => expect([tokens[at], '<*>']).toContain(token));
        });
      })
    );
  });

  it('finds its own templates again and leaves them as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(message, hostile), { maxLength: 60 }), (lines) => {
        const miner = new DrainMiner();
        lines.forEach((line) => miner.add(line));
        const templates = miner.clusters.map((cluster) => [cluster.slot, templateText(cluster)] as const);
        for (const [, text] of templates) {
          expect(templateText(miner.add(text).cluster)).toBe(text);
        }
        expect(miner.clusters.map((cluster) => [cluster.slot, templateText(cluster)])).toEqual(templates);
      })
    );
  });

  it('keeps an id while its template generalises', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 60 }), (lines) => {
        const miner = new DrainMiner();
        const idOfSlot = new Map<number, string>();
        for (const line of lines) {
          const { slot, id } = miner.add(line).cluster;
          expect(idOfSlot.get(slot) ?? id).toBe(id);
          idOfSlot.set(slot, id);
        }
        expect(new Set(idOfSlot.values()).size).toBe(idOfSlot.size);
      })
    );
  });

  it('does not care about the order of lines of different length', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (lines) => {
        const templates = (order: readonly string[]) => {
          const miner = new DrainMiner();
          order.forEach((line) => miner.add(line));
          return miner.clusters.map((cluster) => `${cluster.id} ${cluster.count} ${templateText(cluster)}`).sort();
        };
        const grouped = lines.toSorted((a, b) => toTokens(a).length - toTokens(b).length);
        expect(templates(grouped)).toEqual(templates(lines));
      })
    );
  });

  it('never holds more templates than its cap, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (lines, maxClusters) => {
        const miner = new DrainMiner({ maxClusters, maxChildren: 2 });
        for (const line of lines) {
          const { cluster } = miner.add(line);
          expect(cluster.slot).toBeLessThan(maxClusters);
          expect(miner.clusters[cluster.slot]).toBe(cluster);
        }
        expect(miner.clusters.length).toBeLessThanOrEqual(maxClusters);
        expect(new Set(miner.clusters.map(({ id }) => id)).size).toBe(miner.clusters.length);
      })
    );
  });

  it('continues identically after save and load', () => {
    const config = { maxClusters: 6, maxChildren: 2 };
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 40 }), fc.array(hostile, { maxLength: 40 }), (before, after) => {
        const miner = new DrainMiner(config);
        before.forEach((line, i) => miner.add(line, 'info', i));
        const copy = reload(miner, config);
        for (const line of after) {
          expect(copy.add(line, 'warning', 99)).toEqual(miner.add(line, 'warning', 99));
        }
        expect(copy.clusters).toEqual(miner.clusters);
      })
    );
  });

  it('refuses damaged states', () => {
    fc.assert(
      fc.property(fc.nat(200), (cut) => {
        const miner = new DrainMiner();
        miner.add('user 1 opened order');
        const bytes = stateOf(miner);
        fc.pre(cut < bytes.length);
        expect(() => new DrainMiner().load(new StateReader(bytes.slice(0, cut)))).toThrow(RangeError);
      })
    );
  });
});

describe('toTokens', () => {
  it('takes any text apart into 1 to 128 tokens without separators', () => {
    fc.assert(
      fc.property(hostile, fc.nat(400), (text, times) => {
        const tokens = toTokens(text.repeat(1 + (times % 40)));
        expect(tokens.length).toBeGreaterThanOrEqual(1);
        expect(tokens.length).toBeLessThanOrEqual(MAX_TOKENS);
        expect(tokens.join('')).not.toMatch(/[\s\p{Cc}]/u);
      })
    );
  });
});
