import { describe, expect, it } from 'vitest';
import { errorOfAnswer, errorOfTransport, KubernetesError } from './kubernetes-error.ts';
import { outcomeOf, refusalOf } from './outcome.ts';

const same = (text: string) => text;
const answer = (code: number, body: object | string = {}, headers: Record<string, string> = {}) =>
  errorOfAnswer(code, headers, typeof body === 'string' ? body : JSON.stringify({ kind: 'Status', ...body }), same);
const budget = {
  message: 'Cannot evict',
  details: { causes: [{ reason: 'DisruptionBudget' }], retryAfterSeconds: 10 },
};
const broken = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });

describe('the outcome of a failed change', () => {
  it.each([
    [401, {}, 'unauthorised'],
    [403, {}, 'unauthorised'],
    [404, {}, 'conflict'],
    [409, { reason: 'Conflict' }, 'conflict'],
    [409, { reason: 'AlreadyExists' }, 'conflict'],
    [410, {}, 'conflict'],
    [400, {}, 'refused'],
    [405, {}, 'refused'],
    [413, {}, 'refused'],
    [415, {}, 'refused'],
    [422, { details: { causes: [{ reason: 'FieldValueInvalid' }] } }, 'refused'],
    [422, { details: {} }, 'conflict'],
    [429, budget, 'blocked'],
    [429, {}, 'unavailable'],
    [500, {}, 'unknown'],
    [502, '<html>bad gateway</html>', 'unknown'],
    [503, {}, 'unknown'],
    [504, {}, 'unknown'],
    [599, {}, 'unknown'],
    [302, {}, 'refused'],
  ])('of %i with %o is %s', (code, body, kind) => {
    expect(outcomeOf(answer(code, body)).kind).toBe(kind);
  });

  it.each([
    ['ECONNREFUSED', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['CERT_HAS_EXPIRED', 'unavailable'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unavailable'],
    ['ECONNRESET', 'unknown'],
    ['UND_ERR_SOCKET', 'unknown'],
    ['UND_ERR_BODY_TIMEOUT', 'unknown'],
    ['EPIPE', 'unknown'],
    ['SOMETHING_NEW', 'unknown'],
  ])('of a transport that says %s is %s', (code, kind) => {
    expect(outcomeOf(errorOfTransport(broken(code), 1000)).kind).toBe(kind);
  });

  it('looks into the errors of all addresses that were tried', () => {
    const both = new AggregateError([Object.assign(new Error('v6'), { code: 'ECONNREFUSED' })], 'all failed');
    expect(outcomeOf(errorOfTransport(new TypeError('fetch failed', { cause: both }), 1000)).kind).toBe('unavailable');
    const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(outcomeOf(errorOfTransport(timeout, 1000))).toEqual({
      kind: 'unknown',
      message: 'no answer within 1000 ms',
    });
  });

  it('is never made up for anything else', () => {
    expect(() => outcomeOf(new TypeError('a bug'))).toThrow('a bug');
    expect(refusalOf(new TypeError('a bug'))).toEqual(new TypeError('a bug'));
  });
});

describe('Retry-After', () => {
  it.each([
    [{ 'retry-after': '7' }, {}, 7],
    [{ 'retry-after': '7' }, { details: { retryAfterSeconds: 9 } }, 7],
    [{}, { details: { retryAfterSeconds: 9 } }, 9],
    [{ 'retry-after': '99999999' }, {}, 3600],
    [{ 'retry-after': '0' }, {}, undefined],
    [{ 'retry-after': '-5' }, {}, undefined],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, {}, undefined],
    [{ 'retry-after': 'NaN' }, { details: { retryAfterSeconds: 'x' } }, undefined],
  ])('of %o and %o is %s seconds', (headers, body, seconds) => {
    expect(answer(429, body, headers as Record<string, string>).retryAfterSeconds).toBe(seconds);
  });
});

describe('the message of an error', () => {
  it('is bounded, on one line, and redacted', () => {
    const message = `first\nsecond\u0000\u2028${'x'.repeat(5000)} canary`;
    const error = errorOfAnswer(500, {}, JSON.stringify({ message }), (text) => text.replace('canary', '[redacted]'));
    expect(error.message).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(error.message.length).toBeLessThan(600);
    const short = errorOfAnswer(500, {}, JSON.stringify({ message: 'a canary' }), (text) =>
      text.replace('canary', '-')
    );
    expect(short.message).toBe('a -');
  });

  it('leaves out what the server quotes of a rejected object', () => {
    const quoted = 'Invalid value: "{\\"env\\":[{\\"value\\":\\"canary: secret\\"}]}": must be a number';
    const body = {
      message: ` "" is invalid: patch: ${quoted}`,
      details: { causes: [{ field: 'patch', message: quoted }] },
    };
    expect(answer(422, body).message).toBe('patch: must be a number');
  });

  it('survives bodies of any shape', () => {
    for (const body of [
      '',
      'null',
      '[]',
      '"x"',
      '{"message":{}}',
      '{"details":[],"reason":5}',
      '{"details":{"causes":{}}}',
    ]) {
      expect(answer(500, body)).toBeInstanceOf(KubernetesError);
    }
  });
});
