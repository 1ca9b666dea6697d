import { describe, expect, it } from 'vitest';
import {
  analysisRequestSchema,
  appSettingsSchema,
  causewayQuerySchema,
  datasourceSettingsSchema,
  decisionSchema,
  proposePlanSchema,
} from './index.ts';

const hash = 'a'.repeat(64);
const plan = {
  incidentId: '01J',
  action: 'scale',
  target: { kind: 'deployment', name: 'payment' },
  parameters: { replicas: 4 },
  rationale: 'More replicas share the load [1].',
  confidence: 0.9,
  expectedSeconds: 60,
  verification: [{ name: 'p99', query: 'up', operator: '<', threshold: 0.5, unit: 'seconds' }],
};

describe('datasource settings', () => {
  it('fills the documented defaults', () => {
    const settings = datasourceSettingsSchema.parse({ prometheus: { url: 'http://prometheus:9090' } });
    expect(settings.prometheus).toEqual({ url: 'http://prometheus:9090', auth: 'none', timeoutSeconds: 20 });
    expect(settings.watch).toEqual({
      enabled: true,
      collectSeconds: 60,
      detectSeconds: 300,
      historyMinutes: 20_160,
      fitHour: 3,
    });
    expect(settings.llm.enabled).toBe(false);
  });

  it.each([
    ['no Prometheus', {}, 'prometheus'],
    ['a file address', { prometheus: { url: 'file:///etc/passwd' } }, 'prometheus.url'],
    ['an unknown key', { prometheus: { url: 'http://p', pasword: 'x' } }, 'prometheus'],
    [
      'a watch that never sleeps',
      { prometheus: { url: 'http://p' }, watch: { detectSeconds: 0 } },
      'watch.detectSeconds',
    ],
    [
      'a header name with a line break',
      { prometheus: { url: 'http://p', headerName: 'a\r\nb' } },
      'prometheus.headerName',
    ],
  ])('names the field for %s', (_case, input, field) => {
    const result = datasourceSettingsSchema.safeParse(input);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toContain(field);
  });

  it('keeps secrets out of the app settings', () => {
    expect(appSettingsSchema.safeParse({ executorUrl: 'http://e', executorToken: 'secret' }).success).toBe(false);
  });
});

describe('wire schemas', () => {
  it('accept what they document', () => {
    expect(proposePlanSchema.parse(plan)).toEqual({ ...plan, onFailure: 'notify' });
    expect(decisionSchema.parse({ decision: 'approve', planHash: hash, challenge: 'c'.repeat(32) }).comment).toBe('');
    expect(analysisRequestSchema.parse({ service: 'a', fromMs: 1, toMs: 2 }).narrate).toBe(false);
    expect(causewayQuerySchema.parse({ refId: 'A', queryType: 'topology', datasource: { uid: 'x' } }).queryType).toBe(
      'topology'
    );
  });

  it.each([
    ['an unknown action', proposePlanSchema, { ...plan, action: 'shell' }],
    ['an unknown way to go on', proposePlanSchema, { ...plan, onFailure: 'retry' }],
    ['a plan without verification', proposePlanSchema, { ...plan, verification: [] }],
    ['a plan that names its own approver', proposePlanSchema, { ...plan, approver: 'mallory' }],
    ['a confidence above one', proposePlanSchema, { ...plan, confidence: 1.1 }],
    ['a parameter that is an object', proposePlanSchema, { ...plan, parameters: { replicas: { $gt: 1 } } }],
    ['a decision without hash', decisionSchema, { decision: 'approve', challenge: 'c'.repeat(32) }],
    [
      'a decision that says who decided',
      decisionSchema,
      { decision: 'approve', planHash: hash, challenge: 'c'.repeat(32), approver: 'x' },
    ],
    ['a query type that does not exist', causewayQuerySchema, { refId: 'A', queryType: 'sql' }],
  ])('refuse %s', (_case, schema, input) => {
    expect(schema.safeParse(input).success).toBe(false);
  });
});
