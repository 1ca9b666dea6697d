import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import type { ChainPosition } from './chain.ts';

const anchorSchema = z.strictObject({
  sequence: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  atMs: z.number().int().nonnegative(),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

/** A signed statement that the chain had this hash at this entry. */
export type Anchor = z.infer<typeof anchorSchema>;

/** Something is wrong with an anchor; the message names the line, never its content. */
export class AnchorError extends Error {}

/**
 * Where the chain is anchored: a file that should lie on another volume or be collected by something else, so that whoever can
 * rewrite the ledger cannot rewrite what was said about it. One line of JSON for each anchor, appended only.
 */
export interface AnchorFile {
  /** Anchors of before, oldest first. @throws AnchorError for a line that is malformed or not signed with this key */
  read(): readonly Anchor[];
  /** @throws Error when the file cannot be written */
  append(position: ChainPosition, atMs: number): void;
}

/**
 * @param file  path; made when it does not exist
 * @param privateKeyPem  Ed25519 private key, PKCS #8 PEM
 */
export function anchorFile(file: string, privateKeyPem: string): AnchorFile {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new AnchorError('the key is no Ed25519 key');
  }
  dropTornLine(file);
  return {
    read: () => readAnchors(readIfThere(file), createPublicKey(key)),
    append({ sequence, hash }, atMs) {
      const statement = { sequence, hash, atMs };
      const signature = sign(null, Buffer.from(canonicalJson(statement)), key).toString('base64url');
      appendFileSync(file, `${JSON.stringify({ ...statement, signature })}\n`, { flush: true, mode: 0o644 });
    },
  };
}

/**
 * Anchors of a file, each checked.
 * @param text  lines of JSON; a last line without its end was cut off by a crash and is left out
 * @throws AnchorError naming the line
 */
export function readAnchors(text: string, key: KeyObject): readonly Anchor[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const parsed = anchorSchema.safeParse(toJson(line));
    if (!parsed.success) {
      throw new AnchorError(`line ${i + 1} is no anchor`);
    }
    const { signature, ...statement } = parsed.data;
    const bytes = Buffer.from(canonicalJson(statement));
    if (!verify(null, bytes, key, Buffer.from(signature, 'base64url'))) {
      throw new AnchorError(`line ${i + 1} is not signed with this key`);
    }
    return parsed.data;
  });
}

/** A line that a crash cut off would make the next one unreadable. */
function dropTornLine(file: string): void {
  const text = readIfThere(file);
  if (text !== '' && !text.endsWith('\n')) {
    truncateSync(file, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)));
  }
}

function toJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
