import { describe, expect, it } from 'vitest';
import { DrainMiner, templateText } from './drain.ts';
import { CUT_TOKEN, MAX_TOKENS, toTokens } from './mask.ts';

function mine(lines: readonly string[], config = {}): readonly string[] {
  const miner = new DrainMiner(config);
  lines.forEach((line) => miner.add(line));
  return miner.clusters.map(templateText);
}

describe('toTokens', () => {
  it.each<[string, string]>([
    ['connect from 10.0.0.1:5432 refused', 'connect from <IP> refused'],
    ['job 6ba7b810-9dad-11d1-80b4-00c04fd430c8 done', 'job <UUID> done'],
    ['block blk_-1608999687919862906 lost', 'block <BLK> lost'],
    ['fault at 0xDEADBEEF', 'fault at <HEX>'],
    ['took 12.5 ms, -3 left, 80%', 'took <NUM>, <NUM> left, <NUM>'],
    ['trace 4bf92f3577b34da6a3ce929d0e0e4736 kept', 'trace <HEX> kept'],
    ['call to db-1.shop.svc:5432 failed', 'call to <HOST> failed'],
    ['at 2026-01-02T03:04:05.678Z and 03:04:05,678', 'at <TIME> and <TIME>'],
    ['level=info status=200 user:bob', 'level= info status= <NUM> user: bob'],
    ['GET http://x/a?b=c&d=1 ok', 'GET http: //x/a?b=c&d=<NUM> ok'],
    ['5174 bytes (5.05 KB) received', '<NUM> bytes received'],
    ['http2 sha256sum utf8', 'http2 sha256sum utf8'],
    ['\u001b[31mERROR\u001b[0m red', 'ERROR red'],
    ['a\u0000b\tc\u2028d', 'a b c d'],
    ['', ''],
  ])('%j', (line, expected) => {
    expect(toTokens(line).join(' ')).toBe(expected);
  });

  it('cuts long lines and long lists of tokens, and says so', () => {
    const megabyte = toTokens('x'.repeat(1_000_000));
    expect(megabyte.map((token) => token.length)).toEqual([4096, CUT_TOKEN.length]);
    const many = toTokens('a '.repeat(500));
    expect([many.length, many.at(-1)]).toEqual([MAX_TOKENS, CUT_TOKEN]);
    expect(toTokens('a '.repeat(1_000_000)).at(-1)).toBe(CUT_TOKEN);
  });

  it('takes masks in their order', () => {
    const masks = [
      { name: 'word', pattern: /secret-\w+/g, replacement: '<S>' },
      { name: 'number', pattern: /\d+/g, replacement: '<N>' },
    ];
    expect(toTokens('secret-12 12', masks)).toEqual(['<S>', '<N>']);
    expect(toTokens('secret-12 12', masks.toReversed())).toEqual(['secret-<N>', '<N>']);
  });
});

describe('DrainMiner', () => {
  it('generalises tokens that differ', () => {
    expect(mine(['session opened for user root by uid', 'session opened for user alice7 by uid'])).toEqual([
      'session opened for user <*> by uid',
    ]);
  });

  it('keeps messages apart that differ in words', () => {
    expect(mine(['instance 7 creating image', 'instance 8 deleting disk'])).toHaveLength(2);
  });

  it('mines severities apart', () => {
    const miner = new DrainMiner();
    const news = miner.add('call done', 'info').cluster.id;
    expect(miner.add('call done', 'error').cluster.id).not.toBe(news);
  });

  it('lets the least recently used template leave, and its branch of the tree with it', () => {
    const miner = new DrainMiner({ maxClusters: 2, maxChildren: 2 });
    miner.add('alpha one');
    miner.add('beta two');
    miner.add('alpha one');
    expect(miner.add('gamma three')).toMatchObject({ created: true, evicted: true, cluster: { slot: 1 } });
    expect(miner.clusters.map(templateText)).toEqual(['alpha one', 'gamma three']);
    expect(miner.add('beta two').cluster.tokens).toEqual(['beta', 'two']);
  });

  it('gives the same first line the same id in every miner', () => {
    const ids = [1, 2].map(() => new DrainMiner().add('user 5 left').cluster.id);
    expect(ids[0]).toBe(ids[1]);
  });

  it.each([{ similarity: 0 }, { similarity: NaN }, { maxClusters: 0 }, { maxChildren: 0 }])('refuses %j', (config) => {
    expect(() => new DrainMiner(config)).toThrow(RangeError);
  });
});
