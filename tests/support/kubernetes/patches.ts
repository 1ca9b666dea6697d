import { isDeepStrictEqual } from 'node:util';
import { badRequest, failedTest } from './api-error.ts';

type Json = unknown;
type JsonMap = Record<string, Json>;

/** Lists that a strategic merge patch merges by a key, as the API's types declare it. All others are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  conditions: 'type',
  imagePullSecrets: 'name',
};

const isMap = (value: Json): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7386. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isMap(patch)) {
    return patch;
  }
  const result: JsonMap = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = mergePatch(result[key], value);
    }
  }
  return result;
}

/** A strategic merge patch for the lists of {@link MERGE_KEYS}; directives (`$patch`) are refused, nobody here sends them. */
export function strategicMergePatch(target: Json, patch: Json): Json {
  if (!isMap(patch)) {
    return patch;
  }
  const result: JsonMap = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) {
      throw badRequest(`directive ${key} is not supported by the fake API server`);
    }
    const mergeKey = MERGE_KEYS[key];
    if (value === null) {
      delete result[key];
    } else if (Array.isArray(value) && mergeKey !== undefined) {
      result[key] = mergeByKey(Array.isArray(result[key]) ? result[key] : [], value, mergeKey);
    } else {
      result[key] = strategicMergePatch(result[key], value);
    }
  }
  return result;
}

function mergeByKey(target: readonly Json[], patch: readonly Json[], key: string): Json[] {
  const result = [...target];
  for (const item of patch) {
    const index = result.findIndex((one) => isMap(one) && isMap(item) && one[key] === item[key]);
    if (index === -1) {
      result.push(strategicMergePatch({}, item));
    } else {
      result[index] = strategicMergePatch(result[index], item);
    }
  }
  return result;
}

/** RFC 6902: add, remove, replace and test. */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch)) {
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  return patch.reduce((document: Json, operation: JsonMap) => {
    const path = String(operation['path'])
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    return change(document, path, operation);
  }, structuredClone(target));
}

function change(node: Json, path: readonly string[], operation: JsonMap): Json {
  const [key, ...rest] = path;
  if (key === undefined) {
    return leaf(node, true, operation);
  }
  if (Array.isArray(node)) {
    return changeList(node, key, rest, operation);
  }
  if (!isMap(node)) {
    throw failedTest();
  }
  if (rest.length > 0) {
    if (!(key in node)) {
      throw failedTest();
    }
    return { ...node, [key]: change(node[key], rest, operation) };
  }
  const value = leaf(node[key], key in node, operation);
  const copy = { ...node, [key]: value };
  if (operation['op'] === 'remove') {
    delete copy[key];
  }
  return copy;
}

function changeList(list: readonly Json[], key: string, rest: readonly string[], operation: JsonMap): Json[] {
  const index = key === '-' ? list.length : Number(key);
  const copy = [...list];
  if (rest.length > 0) {
    copy[index] = change(copy[index], rest, operation);
  } else if (operation['op'] === 'add') {
    copy.splice(index, 0, operation['value']);
  } else {
    const value = leaf(copy[index], index < copy.length, operation);
    copy.splice(index, 1, ...(operation['op'] === 'remove' ? [] : [value]));
  }
  return copy;
}

/** The value that an operation leaves at the end of its path. */
function leaf(present: Json, exists: boolean, operation: JsonMap): Json {
  switch (operation['op']) {
    case 'add':
      return operation['value'];
    case 'replace':
      if (!exists) {
        throw failedTest();
      }
      return operation['value'];
    case 'remove':
      if (!exists) {
        throw failedTest();
      }
      return undefined;
    case 'test':
      if (!exists || !isDeepStrictEqual(present, operation['value'])) {
        throw failedTest();
      }
      return present;
    default:
      throw badRequest(`operation ${String(operation['op'])} is not supported by the fake API server`);
  }
}
