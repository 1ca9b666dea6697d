import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceGraph } from '#model';
import { cypherText, graphToCypher } from './to-cypher.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\\', "'", 'u0027', 'u005c', '"', '`', '\n', ';', '}', ' + ', '\ud800', '\u2028'), {
      maxLength: 8,
    })
    .map((parts) => parts.join(''))
);

/** What servers before version 5 do before they read a statement: `\uXXXX` becomes the character, anywhere. */
function replaceUnicode(statement: string): string {
  let read = '';
  for (let at = 0; at < statement.length; at += 1) {
    const code = /^\\u+([0-9a-f]{4})/i.exec(statement.slice(at, at + 12));
    read += code ? String.fromCharCode(Number.parseInt(code[1] ?? '', 16)) : (statement[at] ?? '');
    at += code ? code[0].length - 1 : 0;
  }
  return read;
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\', "'": "'", n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Value of the text expression at the beginning, and where it ends. */
function readText(statement: string): { readonly value: string; readonly end: number } {
  let value = '';
  let at = 0;
  for (;;) {
    expect(statement[at]).toBe("'");
    for (at += 1; statement[at] !== "'"; at += 1) {
      expect(at).toBeLessThan(statement.length);
      if (statement[at] === '\\') {
        at += 1;
        const escaped = statement[at] ?? '';
        value += ESCAPED[escaped] ?? `unknown escape ${escaped}`;
      } else {
        value += statement[at] ?? '';
      }
    }
    at += 1;
    if (!statement.startsWith(" + '", at)) {
      return { value, end: at };
    }
    at += 3;
  }
}

const legible = (text: string): string =>
  text.replace(/\p{Cs}/gu, '\ufffd').replace(/(?![\n\r\t\b\f])\p{Cc}/gu, '\ufffd');

describe('a Cypher text', () => {
  it.each([
    ['plain', "'plain'"],
    ["it's", String.raw`'it\'s'`],
    ['a\\b\n', String.raw`'a\\b\n'`],
    [String.raw`\u0027`, String.raw`'\\' + 'u0027'`],
    ['\u0000\ud800', "'\ufffd\ufffd'"],
  ])('of %j is %s', (text, expected) => {
    expect(cypherText(text)).toBe(expected);
  });

  it('stands for exactly that text, on servers that replace unicode escapes first and on those that do not', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const literal = cypherText(text);
        for (const statement of [`${literal} AS rest`, replaceUnicode(`${literal} AS rest`)]) {
          const { value, end } = readText(statement);
          expect(value).toBe(legible(text));
          expect(statement.slice(end)).toBe(' AS rest');
        }
      }),
      { numRuns: 500 }
    );
  });
});

describe('a script', () => {
  const graph: ServiceGraph = {
    generatedAtMs: 1,
    nodes: [
      { name: "o'rder", kind: 'service', slaTarget: 1, pods: 3, requestsPerSecond: 1e-7, metrics: ['a', "b'"] },
      { name: 'db', kind: 'database', measured: false },
    ],
    edges: [
      {
        caller: "o'rder",
        callee: 'db',
        kind: 'database',
        requestsPerSecond: 1e21,
        errorRatio: Number.NaN,
        lastSeenMs: 5,
      },
    ],
  };

  it('merges nodes by name and relationships by their ends; numbers keep their types', () => {
    expect(graphToCypher(graph)).toBe(
      [
        'CREATE CONSTRAINT topology_node_name IF NOT EXISTS FOR (n:TopologyNode) REQUIRE n.name IS UNIQUE;',
        String.raw`UNWIND [{name: 'o\'rder', kind: 'service', slaTarget: 1.0, requestsPerSecond: 1e-7, pods: 3, metrics: ['a', 'b\'']}] AS row`,
        'MERGE (n:TopologyNode {name: row.name}) SET n:Service, n += row;',
        "UNWIND [{name: 'db', kind: 'database', measured: false}] AS row",
        'MERGE (n:TopologyNode {name: row.name}) SET n:Database, n += row;',
        String.raw`UNWIND [{caller: 'o\'rder', callee: 'db', properties: {kind: 'database', requestsPerSecond: 1e21, lastSeenMs: 5}}] AS row`,
        'MATCH (a:TopologyNode {name: row.caller}), (b:TopologyNode {name: row.callee})',
        'MERGE (a)-[r:ACCESSES]->(b) SET r += row.properties;',
        '',
      ].join('\n')
    );
  });

  it('has statements of at most 500 rows', () => {
    const nodes = Array.from({ length: 1201 }, (_, i) => ({ name: `n${i}`, kind: 'service' as const }));
    expect(graphToCypher({ nodes, edges: [], generatedAtMs: 1 }).match(/^UNWIND/gm)).toHaveLength(3);
  });
});
