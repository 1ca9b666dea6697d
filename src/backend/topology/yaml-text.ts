import { isAlias, isMap, isScalar, parseAllDocuments, visit, type Document } from 'yaml';

/** Why a text is no YAML that is accepted, in words for a person. */
export class YamlProblem extends Error {
  override readonly name = 'YamlProblem';
}

/** Ends of a node's path: two for each level. */
const MAX_PATH = 24;
const MAX_BRACKETS = 40;
/** Entries within entries on one line. */
const COMPACT_NEST = /(?:[-?:][ \t]+){40}/;

/**
 * Reads one YAML document as plain data. Anchors, aliases, tags, merge keys and repeated keys are refused: they are of no
 * use in our files, and the ways in which a small text becomes a large one.
 * @throws YamlProblem with the line where one is known
 */
export function readYaml(text: string): unknown {
  try {
    const document = parse(text);
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) {
      const line = lineOf(text, problem.pos[0]);
      throw new YamlProblem(`line ${line}: ${problem.message.split('\n')[0] ?? 'is no YAML'}`);
    }
    refuseTricks(document, text);
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (error) {
    if (error instanceof YamlProblem) {
      throw error;
    }
    // A text that is nested thousands of levels deep exhausts the stack of the parser.
    throw new YamlProblem('it is nested too deeply, or is no YAML at all');
  }
}

function parse(text: string): Document.Parsed {
  // The parser takes time with the square of the depth: what is deep is not parsed.
  if (bracketDepth(text) > MAX_BRACKETS || COMPACT_NEST.test(text)) {
    throw new YamlProblem('it is nested too deeply');
  }
  // Repeated keys are looked for below: the parser compares each key with all before it.
  // Pretty errors take time with the square of their number.
  const options = { schema: 'core', merge: false, uniqueKeys: false, stringKeys: true, prettyErrors: false } as const;
  const documents = parseAllDocuments(text, options);
  const [first, second] = Array.isArray(documents) ? documents : [];
  if (!first || second) {
    throw new YamlProblem(first ? 'it holds several documents (---); keep one' : 'it is empty');
  }
  return first;
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** How many brackets are open at once, at most; those inside texts count as well. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function refuseTricks(document: Document.Parsed, text: string): void {
  const lineAt = (node: { readonly range?: readonly number[] | null | undefined }): number =>
    lineOf(text, node.range?.[0] ?? 0);
  visit(document, {
    Node: (_key, node, path) => {
      if (path.length > MAX_PATH) {
        throw new YamlProblem('it is nested too deeply');
      }
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
        throw new YamlProblem(`line ${lineAt(node)}: anchors and aliases (& and *) are not accepted; repeat the text`);
      }
      if (node.tag !== undefined && node.tag.startsWith('!')) {
        throw new YamlProblem(`line ${lineAt(node)}: tags (!) are not accepted`);
      }
      if (isMap(node)) {
        const keys = node.items.map(({ key }) => String(isScalar(key) ? key.value : key));
        const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
        if (keys.length < 1000 && repeated !== undefined) {
          throw new YamlProblem(
            `line ${lineAt(node)}: the key ${JSON.stringify(repeated.slice(0, 60))} is there twice`
          );
        }
        if (keys.length >= 1000) {
          throw new YamlProblem(`line ${lineAt(node)}: an object with ${keys.length} keys`);
        }
      }
    },
  });
}
