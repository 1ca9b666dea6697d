import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRcaUrl } from '#model';
import { toIncidentUrl } from '../../routes.ts';
import { toRcaRequest, toRunUrl } from './rca-address.ts';

const search = (url: string) => url.slice(url.indexOf('?'));

describe('toRcaRequest', () => {
  it.each([
    ['', { kind: 'none' }],
    ['?from=now-1h', { kind: 'none' }],
    ['?service=checkout&x=1', { kind: 'service', target: { service: 'checkout' } }],
    ['?service=checkout&run=01R', { kind: 'service', target: { service: 'checkout' }, runId: '01R' }],
    ['?run=01R', { kind: 'run', runId: '01R' }],
    ['?incident=01A&service=checkout', { kind: 'incident', incidentId: '01A' }],
    ['?incident=', { kind: 'none' }],
  ])('reads %s', (text, request) => expect(toRcaRequest(text)).toEqual(request));

  it('reads back every address it builds', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, (service, from) => {
        expect(toRcaRequest(search(toRcaUrl({ service, from })))).toEqual({
          kind: 'service',
          target: { service, from },
        });
      })
    );
    fc.assert(
      fc.property(text, (incidentId) => {
        expect(toRcaRequest(search(toIncidentUrl(incidentId)))).toEqual({ kind: 'incident', incidentId });
        expect(toRcaRequest(search(toRunUrl(incidentId)))).toEqual({ kind: 'run', runId: incidentId });
      })
    );
  });
});
