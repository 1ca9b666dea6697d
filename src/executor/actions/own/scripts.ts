import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { JsonValue } from '#contracts';
import { canonicalJson, sha256Hex } from '../../canonical-json.ts';
import { ConfigError } from '../../config.ts';
import { idSchema, pathSchema, readConfigFile, readSecretFile } from '../../outbound/index.ts';

const SCRIPTS_VARIABLE = 'CAUSEWAY_SCRIPTS_FILE';
/** A shell would read its arguments as a program. */
const SHELLS = /^(a|ba|c|da|fi|k|tc|z)?sh$|^(busybox|env|xargs|sudo|doas|su|nohup|setsid)$/;

const argument = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('name'), required: z.boolean().default(true) }),
  z.strictObject({
    type: z.literal('enum'),
    values: z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}$/))
      .min(1)
      .max(100),
    required: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal('integer'),
    minimum: z.number().int(),
    maximum: z.number().int(),
    required: z.boolean().default(true),
  }),
  z.strictObject({ type: z.literal('boolean'), required: z.boolean().default(true) }),
]);
const line = z
  .string()
  .max(1000)
  .regex(/^\P{Cc}*$/u);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/);

const scriptSchema = z.strictObject({
  title: line.min(1).max(120),
  program: pathSchema,
  /** Stand before the named ones. */
  arguments: z.array(line).max(50).default([]),
  args: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), argument).default({}),
  /** `options`: `--name=value` each; else all of them as one JSON file whose path follows this text. */
  passArgs: z
    .union([
      z.literal('options'),
      z.strictObject({ jsonFile: z.string().regex(/^--?[A-Za-z][A-Za-z-]{0,39}[= ]?@?$/) }),
    ])
    .default('options'),
  /** Files that belong to what is approved: when they change, a plan has to be approved again. */
  files: z.array(pathSchema).max(20).default([]),
  environment: z.record(variable, line).default({}),
  secretEnvironment: z.record(variable, pathSchema).default({}),
  workingDirectory: pathSchema,
  user: z.strictObject({ uid: z.number().int().min(1), gid: z.number().int().min(1) }).optional(),
  timeoutSeconds: z.number().int().min(1).max(3600),
  maxOutputBytes: z.number().int().min(0).max(1_048_576).default(16_384),
  /** Exit codes by which the program says that it has changed nothing. */
  nothingDoneExitCodes: z.array(z.number().int().min(1).max(255)).max(20).default([]),
});
const fileSchema = z.strictObject({ scripts: z.record(idSchema, scriptSchema) });

type ScriptSettings = z.infer<typeof scriptSchema>;
type ArgumentRule = z.infer<typeof argument>;

/** A program that may be run, with the secrets of its environment. */
export interface Script extends ScriptSettings {
  readonly id: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** All programs that may be run. */
export interface Scripts {
  get(id: string): Script | undefined;
  /** Values that must not appear in any output. */
  readonly secrets: readonly string[];
}

/**
 * Reads which programs may be run, and checks that they are there.
 * @throws ConfigError
 */
export function loadScripts(file: string): Scripts {
  const settings = readConfigFile(SCRIPTS_VARIABLE, file, fileSchema);
  const scripts = new Map(
    Object.entries(settings.scripts).map(([id, script]) => {
      checkProgram(`scripts.${id}`, script);
      const secrets = Object.fromEntries(
        Object.entries(script.secretEnvironment).map(([name, path]) => [
          name,
          readSecretFile(SCRIPTS_VARIABLE, `scripts.${id}.secretEnvironment.${name}`, path),
        ])
      );
      return [id, { ...script, id, secrets }];
    })
  );
  return {
    get: (id) => scripts.get(id),
    secrets: [...scripts.values()].flatMap(({ secrets }) => Object.values(secrets)),
  };
}

function checkProgram(field: string, { program, workingDirectory }: ScriptSettings): void {
  const wrong = (name: string, problem: string) =>
    new ConfigError(SCRIPTS_VARIABLE, `is wrong at ${field}.${name}: ${problem}`, 'Correct this field.');
  if (SHELLS.test(path.basename(program))) {
    throw wrong('program', 'a shell or a program that starts others; name the program itself');
  }
  try {
    accessSync(program, constants.X_OK);
  } catch {
    throw wrong('program', 'it is not there or cannot be run');
  }
  const { mode } = statSync(program);
  if ((mode & 0o170000) !== 0o100000 || (mode & 0o002) !== 0) {
    throw wrong('program', 'it is no file, or everybody may change it');
  }
  if (!statSync(workingDirectory, { throwIfNoEntry: false })?.isDirectory()) {
    throw wrong('workingDirectory', 'it is no folder');
  }
}

/**
 * Digest of what would run: settings, program and files.
 * @throws when one of the files cannot be read
 */
export async function scriptVersion({ secrets: _secrets, ...settings }: Script): Promise<string> {
  const digests: string[] = [];
  for (const file of [settings.program, ...settings.files]) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    digests.push(hash.digest('hex'));
  }
  return sha256Hex(canonicalJson({ settings, digests })).slice(0, 32);
}

/** What is wrong with named arguments; undefined when nothing is. */
export function faultOf(script: Script, args: Readonly<Record<string, JsonValue>>): string | undefined {
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(script.args, name));
  if (unknown !== undefined) {
    return `args.${unknown} is not known to the script "${script.id}"`;
  }
  for (const [name, rule] of Object.entries(script.args)) {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined ? rule.required : !fits(rule, value)) {
      return value === undefined ? `args.${name} is required` : `args.${name} must be ${expected(rule)}`;
    }
  }
  return undefined;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;

function fits(rule: ArgumentRule, value: JsonValue): boolean {
  switch (rule.type) {
    case 'name':
      return typeof value === 'string' && NAME.test(value) && !value.includes('..');
    case 'enum':
      return typeof value === 'string' && rule.values.includes(value);
    case 'integer':
      return Number.isInteger(value) && Number(value) >= rule.minimum && Number(value) <= rule.maximum;
    case 'boolean':
      return typeof value === 'boolean';
  }
}

function expected(rule: ArgumentRule): string {
  switch (rule.type) {
    case 'name':
      return 'letters, digits, ".", "_", ":", "@" and "-", beginning with a letter or digit';
    case 'enum':
      return `one of ${rule.values.join(', ')}`;
    case 'integer':
      return `a whole number from ${rule.minimum} to ${rule.maximum}`;
    case 'boolean':
      return 'true or false';
  }
}
