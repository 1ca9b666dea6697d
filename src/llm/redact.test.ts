import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['mail jane.doe+x@mail.example.com failed', 'mail [email] failed'],
    ['from 10.1.2.3:5432', 'from [ip]:5432'],
    ['from 2001:db8::8a2e:370:7334 now', 'from [ip] now'],
    ['from fe80:0:0:0:1:2:3:4 now', 'from [ip] now'],
    ['user_id=4711 failed', 'user_id=[user] failed'],
    ['"userId":"jane","a":1', '"userId":"[user]","a":1'],
    ['for user 4711', 'for user [user]'],
    ['customer number: C-99', 'customer number: [user]'],
    ['Authorization: Bearer abc.def-123', 'Authorization: [secret] [token]'],
    ['password=hunter2&x=1', 'password=[secret]&x=1'],
    ['DB_PASSWORD="hunter2"', 'DB_PASSWORD="[secret]"'],
    ['api-key: 12ab', 'api-key: [secret]'],
    ['postgres://app:pw@db:5432/x', 'postgres://[credentials]@db:5432/x'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1', '[token]'],
    ['glsa_abcdefghij0123456789', '[token]'],
    ['AKIAIOSFODNN7EXAMPLE', '[token]'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end', '[secret] end'],
    ['card 4111 1111 1111 1111', 'card [number]'],
    ['session 123e4567-e89b-12d3-a456-426614174000', 'session [id]'],
    ['hash 0123456789abcdef0123456789abcdef', 'hash [id]'],
  ])('turns %j into %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'p99 latency of payment rose from 0.05 s to 3.5 s at 10:15:20',
    'orders-db answered 420 sequential scans per second; version 2.4.1 since 2026-03-01T10:15:00Z',
    'user service is slow; users-db is fine; pool of user at 100 %',
    'redis uses 1073741824 bytes',
    'user: p99 latency rose',
    'user p99 latency rose to 3.5 s; user 0.35 s',
    'payment-provider: 429 for 31 % of requests',
  ])('keeps %j', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('finds nothing more the second time', () => {
    const part = fc.constantFrom(
      'a@b.example',
      '10.0.0.1',
      'user=7',
      'token=abc',
      ' ',
      'x',
      '::1:2',
      '4111111111111111'
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const once = redact(parts.join(' '));
        expect(redact(once)).toBe(once);
      })
    );
  });
});
