import { describe, expect, it } from 'vitest';
import { LinearPattern } from './linear-pattern.ts';
import { Pseudonyms } from './pseudonyms.ts';

const hide = (text: string): string => new Pseudonyms({ keep: ['payment', 'orders-db', 'checkout'] }).hide(text);

describe('hide', () => {
  it.each([
    ['mail jane.doe+x@mail.example.com failed', 'mail EMAIL_1 failed'],
    ['from 10.1.2.3:5432', 'from IP_1:5432'],
    ['from 2001:db8::8a2e:370:7334 now', 'from IP_1 now'],
    ['from fe80:0:0:0:1:2:3:4 now', 'from IP_1 now'],
    ['user_id=4711 failed', 'user_id=USER_1 failed'],
    ['"userId":"jane","a":1', '"userId":"USER_1","a":1'],
    [String.raw`{\"userId\":\"jane\"}`, String.raw`{\"userId\":\"USER_1"}`],
    ['for user 4711', 'for user USER_1'],
    ['user "Jane Doe" left', 'user "USER_1" left'],
    ['customer number: C-99', 'customer number: USER_1'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer SECRET_1'],
    ['Cookie: sid=abc; theme=dark', 'Cookie: SECRET_1'],
    ['password=hunter2&x=1', 'password=SECRET_1&x=1'],
    ['DB_PASSWORD="hunter2"', 'DB_PASSWORD="SECRET_1"'],
    ['api-key: 12ab', 'api-key: SECRET_1'],
    ['postgres://app:pw@db:5432/x', 'postgres://SECRET_1@db:5432/x'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1', 'SECRET_1'],
    ['glsa_abcdefghij0123456789', 'SECRET_1'],
    ['AKIAIOSFODNN7EXAMPLE', 'SECRET_1'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end', 'SECRET_1 end'],
    ['card 4111 1111 1111 1111', 'card CARD_1'],
    ['number 4111111111111112', 'number ID_1'],
    ['call +49 170 1234567 now', 'call PHONE_1 now'],
    ['phone: 0170/1234567', 'phone: PHONE_1'],
    ['(555) 123-4567', 'PHONE_1'],
    ['session 123e4567-e89b-12d3-a456-426614174000', 'session ID_1'],
    ['hash 0123456789abcdef0123456789abcdef', 'hash ID_1'],
    ['at db1.prod.example.com:5432', 'at HOST_1:5432'],
    ['Invalid user webmaster from 10.0.0.9', 'Invalid user USER_1 from IP_1'],
    ['Accepted publickey for jane from 10.0.0.9', 'Accepted publickey for USER_1 from IP_1'],
    ['card 3782 822463 10005', 'card CARD_1'],
    ['on de:ad:be:ef:00:01', 'on IP_1'],
    ['from www.shop.co.uk', 'from HOST_1'],
    ['orders-db.shop.svc.cluster.local', 'HOST_1'],
    ['ip-10-0-0-7 is gone', 'HOST_1 is gone'],
    ['{"node":"worker-3"}', '{"node":"HOST_1"}'],
    ['instance="shop-7:9100"', 'instance="HOST_1"'],
    ['host: db1', 'host: HOST_1'],
  ])('turns %j into %j', (text, expected) => {
    const found = hide(text);
    expect(found.replaceAll(String.raw`\"}`, '"}')).toBe(expected.replaceAll(String.raw`\"}`, '"}'));
  });

  it.each([
    'p99 latency of payment rose from 0.05 s to 3.5 s at 10:15:20',
    'orders-db answered 420 sequential scans per second; version 2.4.1 since 2026-03-01T10:15:00Z',
    'user service is slow; users-db is fine; pool of user at 100 %',
    'redis uses 1073741824 bytes',
    'user: p99 latency rose',
    'user p99 latency rose to 3.5 s; user 0.35 s',
    'payment-provider: 429 for 31 % of requests',
    'host=payment instance="orders-db"',
    'java.lang.OutOfMemoryError in com.example.orders.OrderService at main.go:42',
    '081109 203518 148 INFO dfs.DataNode: PacketResponder 1 terminating',
    '20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579',
    'nova.osapi_compute.wsgi.server of unix.hw, com.tencent.qt.qtl, python3.is ready, a.go',
    'core files for /p/gb2/draeger/benchmark/Dat32k062205/raptor_XL',
    'index.js, server.ts and http.server.request.duration',
  ])('keeps %j', (text) => {
    expect(hide(text)).toBe(text);
  });

  it('hides a service whose name is an address, wherever it stands', () => {
    const pseudonyms = new Pseudonyms({ keep: ['10.0.0.1', 'db.corp.internal', 'worker'] });
    expect(pseudonyms.hide('10.0.0.1 and db.corp.internal are slow, host=worker is not')).toBe(
      'IP_1 and HOST_1 are slow, host=worker is not'
    );
  });

  it('gives the same value the same pseudonym, in all texts of a run', () => {
    const pseudonyms = new Pseudonyms();
    expect(pseudonyms.hide('10.0.0.1 and 10.0.0.2')).toBe('IP_1 and IP_2');
    expect(pseudonyms.hide('10.0.0.2 again')).toBe('IP_2 again');
    expect(pseudonyms.counts).toEqual({ IP: 2 });
  });

  it('hides a value that was found once wherever it stands as a word, and later in what was hidden before', () => {
    const pseudonyms = new Pseudonyms();
    const before = pseudonyms.hide('worker-3 rebooted');
    expect(before).toBe('worker-3 rebooted');
    expect(pseudonyms.hide('worker-3 is down: node="worker-3"')).toBe('HOST_1 is down: node="HOST_1"');
    expect(pseudonyms.cover(before)).toBe('HOST_1 rebooted');
    expect(pseudonyms.hide('worker-31')).toBe('worker-31');
  });

  it('hides what configured patterns match', () => {
    const patterns = [new LinearPattern(String.raw`CUST-\d+`), new LinearPattern('tenant [a-z]+')];
    expect(new Pseudonyms({ patterns }).hide('order of CUST-123 for tenant acme')).toBe(
      'order of PRIVATE_1 for PRIVATE_2'
    );
  });

  it('keeps secrets and cards hidden for persons, and reveals the rest', () => {
    const pseudonyms = new Pseudonyms();
    const text = 'password=hunter2 from 10.0.0.1, card 4111 1111 1111 1111';
    const hidden = pseudonyms.hide(text);
    expect(pseudonyms.reveal(hidden)).toBe('password=SECRET_1 from 10.0.0.1, card CARD_1');
    expect(pseudonyms.restore(hidden)).toBe(text);
  });
});
