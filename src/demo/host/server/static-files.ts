import { createReadStream, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/**
 * The file that a URL path names below a folder.
 * @param relative the path as it stands in the URL, still percent-encoded
 * @returns undefined when the path leaves the folder, is malformed, or names no file
 */
export function resolveInside(folder: string, relative: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(relative);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) {
    return undefined;
  }
  const base = path.resolve(folder);
  const file = path.resolve(base, `./${decoded}`);
  if (!file.startsWith(base + path.sep)) {
    return undefined;
  }
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** Sends a file with its type. Names with a content hash may be kept; everything else is asked for again. */
export function sendFile(response: ServerResponse, file: string): void {
  const isHashed = /[\\/](chunks|assets)[\\/]/.test(file);
  response.writeHead(200, {
    'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    'Content-Length': statSync(file).size,
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  pipeline(createReadStream(file), response, () => undefined);
}
