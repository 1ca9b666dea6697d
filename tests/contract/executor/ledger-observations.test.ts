import { expect, it } from 'vitest';
import { describeLedgers, INCIDENT } from './ledgers.ts';

describeLedgers('observations', (at) => {
  it('keeps one run per fingerprint and start, its events in order, and drops what is old', async () => {
    const ledger = at();
    const run = {
      fingerprint: 'question-1',
      startsAtMs: 100,
      request: { service: 'payment', window: { fromMs: 1, toMs: 2 }, depth: 'engine' as const },
      origin: 'watch' as const,
      startedBy: 'watch',
      incidentId: 'I1',
    };
    const end = { status: 'finished' as const, reason: '', verdict: null, decision: null, cause: null, cost: null };
    const note = (seq: number) => ({
      type: 'note' as const,
      level: 'info' as const,
      text: 'ünïcode 😀 \0 nul',
      seq,
      atMs: 1,
      elapsedMs: 0.1 + 0.2,
    });
    await ledger.transaction(async ({ runs }) => {
      await runs.insert({ ...run, id: 'R1' }, 10);
      await runs.append('R1', [note(1), note(2)]);
      await runs.append('R1', []);
    });
    await expect(ledger.transaction(({ runs }) => runs.insert({ ...run, id: 'R2' }, 11))).rejects.toThrow(/UNIQUE/i);
    await expect(ledger.transaction(({ runs }) => runs.append('R1', [note(2)]))).rejects.toThrow(/UNIQUE/i);
    expect(await ledger.read.runs.find('R1')).toMatchObject({ ...run, lastSeq: 2, revision: 2, status: 'running' });
    expect(await ledger.read.runs.events('R1', 1, 10)).toEqual([note(2)]);
    await ledger.transaction(async ({ runs }) => {
      expect(await runs.drop({ beforeMs: 1e9, keep: 0 }, 20)).toEqual([]);
      expect(await runs.finish('R1', end, 20)).toBe(true);
      expect(await runs.finish('R1', { ...end, status: 'failed' }, 21)).toBe(false);
    });
    expect((await ledger.read.runs.findSame('question-1', 100))?.id).toBe('R1');
    await ledger.transaction(async ({ runs }) => {
      expect(await runs.drop({ beforeMs: 10, keep: 1 }, 30)).toEqual([]);
      expect(await runs.drop({ beforeMs: 10, keep: 0 }, 30)).toEqual(['R1']);
    });
    expect([await ledger.read.runs.find('R1'), await ledger.read.runs.isKnown('R1')]).toEqual([null, true]);
    expect(await ledger.read.runs.events('R1', 0, 10)).toEqual([]);
    expect(await ledger.read.runs.findSame('question-1', 100)).toBeNull();
  });

  it('gives a lease to one holder until it expires, and counts the changes', async () => {
    const ledger = at();
    const take = (holder: string, atMs: number) =>
      ledger.transaction(({ leases }) => leases.acquire('watch', { holder, ttlSeconds: 10 }, atMs));
    expect(await take('a', 0)).toMatchObject({ held: true, token: 1, changed: true, expiresMs: 10_000 });
    expect(await take('b', 9_999)).toMatchObject({ held: false, holder: 'a', token: 1 });
    expect(await take('a', 9_999)).toMatchObject({ held: true, token: 1, changed: false, expiresMs: 19_999 });
    expect(await take('b', 19_999)).toMatchObject({ held: true, token: 2, changed: true });
    expect(await take('b', 40_000)).toMatchObject({ held: true, token: 3, changed: false });
  });

  it('keeps what a label says, and withdraws it once', async () => {
    const ledger = at();
    const label = {
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      service: 'payment',
      signalId: 'payment/latency/p99',
      label: 'expected' as const,
      fromMs: 10,
      toMs: 20,
      comment: 'sale 🎉',
      author: 'alice',
      createdMs: 30,
    };
    await ledger.transaction(({ labels }) => labels.insert({ ...label, authorId: 'user:1' }));
    expect(await ledger.read.labels.list({ limit: 5 }, { fromMs: 19, toMs: 20 })).toEqual({
      items: [label],
      nextCursor: null,
    });
    await ledger.transaction(async ({ labels }) => {
      expect(await labels.withdraw(label.id, 'bob', 40)).toBe(true);
      expect(await labels.withdraw(label.id, 'bob', 50)).toBe(false);
      expect(await labels.find(label.id)).toBeNull();
    });
    expect((await ledger.read.labels.list({ limit: 5 }, {})).items).toEqual([]);
  });

  it('finds incidents by what is in them, and who takes care of them', async () => {
    const ledger = at();
    const report = (service: string) => ({ id: 'r', hypotheses: [{ service }] }) as never;
    await ledger.transaction(async ({ incidents }) => {
      const person = { ...INCIDENT, fingerprint: 'fingerprint-2', service: 'checkout', report: report('Übersicht-DB') };
      await incidents.insert('I2', { ...person, origin: 'person', openedBy: 'Dave_100%' }, 6);
      await incidents.assign('I1', 'Carol', 7);
    });
    const find = async (filter: object) =>
      (await ledger.read.incidents.list({ limit: 9 }, filter)).items.map(({ id }) => id);
    expect(await find({})).toEqual(['I2', 'I1']);
    expect(await find({ q: 'ÜBERSICHT' })).toEqual(['I2']);
    expect(await find({ q: 'caRol' })).toEqual(['I1']);
    expect([await find({ q: '_1' }), await find({ q: '0%' }), await find({ q: '%' })]).toEqual([
      ['I2'],
      ['I2'],
      ['I2'],
    ]);
    expect(await find({ q: 'a_m' })).toEqual([]);
    expect(await find({ q: 'i1', assignee: 'Carol', origin: 'watch', status: 'open' })).toEqual(['I1']);
    expect(await find({ assignee: 'carol' })).toEqual([]);
    await ledger.transaction(async ({ incidents }) => {
      await incidents.updateReport('I2', report('cache'), 8);
      await incidents.assign('I1', null, 9);
    });
    expect([await find({ q: 'übersicht' }), await find({ q: 'CACHE' }), await find({ q: 'carol' })]).toEqual([
      [],
      ['I2'],
      [],
    ]);
    expect(await ledger.read.incidents.find('I2')).toMatchObject({ origin: 'person', openedBy: 'Dave_100%' });
  });

  it('has an incident that an alert opened closed by its checks only while no alert of it fires', async () => {
    const ledger = at();
    const alert = { id: 'A1', fingerprint: 'f', status: 'firing' as const, name: 'n', service: null, severity: '' };
    const rest = { summary: '', labels: {}, startsAtMs: 1, endsAtMs: null, receivedMs: 20 };
    await ledger.transaction(async ({ incidents, alerts }) => {
      await incidents.insert('I2', { ...INCIDENT, fingerprint: 'fingerprint-2', origin: 'alert', openedBy: 'n' }, 6);
      await alerts.insert({ ...alert, ...rest, incidentId: 'I2' });
      await alerts.insert({ ...alert, ...rest, id: 'A2', fingerprint: 'g', incidentId: 'I1' });
      await alerts.insert({ ...alert, ...rest, id: 'A3', fingerprint: 'h', incidentId: null });
    });
    const watched = async (heardSinceMs: number) =>
      (await ledger.read.incidents.watched(heardSinceMs)).map(({ id }) => id);
    expect([await watched(20), await watched(21)]).toEqual([['I1'], ['I1', 'I2']]);
    await ledger.transaction(({ alerts }) => alerts.update({ ...alert, ...rest, status: 'resolved' }));
    expect(await watched(20)).toEqual(['I1', 'I2']);
  });

  it('keeps one alert per fingerprint and start, its end and its incident, and drops what is old', async () => {
    const ledger = at();
    const alert = {
      id: 'A1',
      fingerprint: 'f',
      status: 'firing' as const,
      name: 'ünïcode 😀 \0 nul',
      service: null,
      severity: '',
      summary: 's',
      labels: { a: "'; --" },
      startsAtMs: 10,
      endsAtMs: null,
      receivedMs: 20,
      incidentId: null,
    };
    await ledger.transaction(async ({ alerts }) => {
      await alerts.insert(alert);
      await alerts.insert({ ...alert, id: 'A2', startsAtMs: 11, service: 'payment', receivedMs: 30 });
    });
    await expect(ledger.transaction(({ alerts }) => alerts.insert({ ...alert, id: 'A3' }))).rejects.toThrow(/UNIQUE/i);
    expect(await ledger.read.alerts.findSame('f', 10)).toEqual(alert);
    const over = { id: 'A1', status: 'resolved' as const, summary: 'over', endsAtMs: 15, receivedMs: 40 };
    await ledger.transaction(async ({ alerts }) => {
      await alerts.update(over);
      expect(await alerts.link('A1', 'I1')).toBe(true);
      expect(await alerts.link('A1', 'I1')).toBe(false);
    });
    expect(await ledger.read.alerts.find('A1')).toEqual({ ...alert, ...over, incidentId: 'I1' });
    const back = ledger.transaction(({ alerts }) => alerts.update({ ...over, status: 'firing' }));
    await expect(back).rejects.toThrow(/resolved/);
    const list = async (filter: object) =>
      (await ledger.read.alerts.list({ limit: 9 }, filter)).items.map(({ id }) => id);
    expect(await list({})).toEqual(['A2', 'A1']);
    expect([await list({ status: 'firing' }), await list({ service: 'payment' })]).toEqual([['A2'], ['A2']]);
    expect([await list({ linked: true }), await list({ incidentId: 'I1' })]).toEqual([['A1'], ['A1']]);
    expect(await ledger.read.alerts.counts()).toEqual({ firing: 1, resolved: 1, waiting: 1 });
    await ledger.transaction(async ({ alerts }) => {
      expect(await alerts.drop({ beforeMs: 30, keep: 2 })).toBe(0);
      expect(await alerts.drop({ beforeMs: 30, keep: 1 })).toBe(1);
      expect(await alerts.find('A2')).toBeNull();
      expect(await alerts.drop({ beforeMs: 40, keep: 1 })).toBe(0);
      expect(await alerts.drop({ beforeMs: 41, keep: 1 })).toBe(1);
    });
  });
});
