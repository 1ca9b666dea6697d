import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DemoFiles, locateFiles } from '../start-demo.ts';

/** Built files of small stand-ins, for tests of the orchestrator. */
export interface FakeBuild {
  readonly folder: string;
  readonly files: DemoFiles;
  /** Replaces the script of one process. */
  replace(name: 'world' | 'executor' | 'host', script: string): void;
  remove(): void;
}

/** A process that listens, answers everything with `answer`, starts a grandchild, and ends at SIGTERM. */
const FAKE = (portVariable: string, answer: string): string => `
const http = require('node:http');
const { spawn } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
appendFileSync(__filename + '.pids', process.pid + '\\n' + grandchild.pid + '\\n');
appendFileSync(__filename + '.env', Object.keys(process.env).filter((name) => name.startsWith('CAUSEWAY')).join(' '));
const server = http.createServer((request, response) => {
  if (request.url === '/die') {
    process.stderr.write('first reason\\nlast reason\\n');
    process.exit(3);
  }
  response.setHeader('content-type', 'application/json');
  response.end(${JSON.stringify(answer)});
});
server.listen(Number(process.env.${portVariable}), '127.0.0.1', () => {
  console.log('some other line');
  console.log(JSON.stringify({ event: 'listening', port: server.address().port }));
});
process.on('SIGTERM', () => process.exit(0));
`;

const PROCESSES = JSON.stringify({ processes: [{ name: 'Backend', state: 'running', detail: '' }] });

/** Writes the stand-ins to a new folder. */
export function createFakeBuild(): FakeBuild {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fake-build-'));
  const files = locateFiles(path.join(folder, 'build'));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write(files.world, FAKE('CAUSEWAY_WORLD_PORT', '{}'));
  write(files.executor, FAKE('CAUSEWAY_EXECUTOR_PORT', '{}'));
  write(files.host, FAKE('CAUSEWAY_HOST_PORT', PROCESSES));
  write(path.join(files.page, 'host.js'), '');
  write(path.join(files.pluginDist, 'plugin.json'), '{}');
  write(path.join(files.runbooks, 'empty.md'), '');
  return {
    folder,
    files,
    replace: (name, script) => write(files[name], script),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
