import { describe, expect, it } from 'vitest';
import { loadRunbook } from './load-runbook.ts';
import { formatProblem } from './problem.ts';
import { type Example, exampleYaml, inlineCel, loadExample } from './testing/example.ts';

async function problemsOf(text: string): Promise<string[]> {
  const result = await loadRunbook(text, 'shop.yaml', inlineCel);
  return result.ok ? [] : result.problems.map(formatProblem);
}

/** Value at a path of the example; only for tests that break it. */
function at(example: Example, ...path: (string | number)[]): Record<string, unknown> {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], example) as Record<
    string,
    unknown
  >;
}

describe('a runbook file', () => {
  it('is accepted when all is right', async () => {
    const loaded = await loadExample();
    expect(loaded.runbook.metadata.name).toBe('oom-crash-loop');
    expect(loaded.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has the same digest whatever the order of keys, quotes and comments, and another for any other value', async () => {
    const { digest } = await loadExample();
    const lines = exampleYaml().split('\n');
    const reordered = `# a comment\nkind: 'Runbook'\n${lines.filter((line) => !line.startsWith('kind:')).join('\n')}`;
    const again = await loadRunbook(reordered, 'other.yaml', inlineCel);
    expect(again.ok && again.loaded.digest).toBe(digest);
    const other = await loadExample((example) => Object.assign(example.metadata, { title: 'OOM crash loops' }));
    expect(other.digest).not.toBe(digest);
  });

  it('is refused with file, line, column, field and remedy', async () => {
    const text = exampleYaml().replace('ttl: 30m', 'ttl: 0s');
    const line = text.split('\n').findIndex((candidate) => candidate.includes('ttl: 0s')) + 1;
    const result = await loadRunbook(text, 'shop.yaml', inlineCel);
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          source: 'shop.yaml',
          line,
          column: text.split('\n')[line - 1]!.indexOf('ttl') + 1,
          field: 'spec.policy.approval.ttl',
          message: '"0s" is not accepted',
          remedy: 'Write a duration such as 30s, 5m or 2h.',
        },
      ],
    });
  });

  it.each<readonly [string, (example: Example) => unknown, RegExp]>([
    ['an unknown key', (e) => (at(e, 'spec')['hooks'] = []), /spec\.hooks: "hooks" is not known here/],
    ['a missing policy', (e) => delete at(e, 'spec')['policy'], /spec: "policy" is missing/],
    [
      '33 steps',
      (e) => (e.spec.steps = Array(33).fill({ id: 'a', action: 'wait', with: { seconds: 1 } })),
      /at most 32/,
    ],
    ['no step', (e) => (e.spec.steps = []), /spec\.steps: has too few entries/],
    [
      'a raw shell',
      (e) => (e.spec.steps[0] = { id: 'a', action: 'shell', command: 'rm -rf /' }),
      /"action" cannot be "shell"/,
    ],
    [
      'a shell beside an action',
      (e) => (e.spec.steps[1]!['command'] = 'id'),
      /steps\[1\]\.command: "command" is not known/,
    ],
    ['a step without action', (e) => delete e.spec.steps[1]!['action'], /steps\[1\].*"action" is missing/],
    [
      'a template in a name',
      (e) => (e.metadata.name = '{{ .pod }}'),
      /metadata\.name: "\{\{ \.pod \}\}" is not accepted/,
    ],
    [
      'a template in a target',
      (e) => (at(e, 'spec', 'steps', 1, 'target')['name'] = 'a-{{x}}'),
      /target\.name: .* is not accepted/,
    ],
    [
      'a raw address',
      (e) => (e.spec.steps[0] = { id: 'a', action: 'http.request', with: { endpoint: 'http://x/' } }),
      /with\.endpoint/,
    ],
    [
      'an unbounded string',
      (e) => (e.spec.parameters['x'] = { type: 'string' }),
      /parameters\.x: "maxLength" is missing/,
    ],
    [
      'an unbounded integer',
      (e) => (e.spec.parameters['x'] = { type: 'integer', min: 1 }),
      /parameters\.x: "max" is missing/,
    ],
    ['an unknown type', (e) => (e.spec.parameters['x'] = { type: 'shell' }), /parameters\.x: "type" cannot be "shell"/],
    [
      'bounds upside down',
      (e) => (e.spec.parameters['x'] = { type: 'integer', min: 5, max: 1 }),
      /parameters\.x\.max: is below "min"/,
    ],
    [
      'a default out of bounds',
      (e) => (e.spec.parameters['memory']!['default'] = '4Gi'),
      /memory\.default: must be an amount/,
    ],
    [
      'an optional parameter without value',
      (e) => (e.spec.parameters['x'] = { type: 'pod', required: false }),
      /Add "default"/,
    ],
    [
      'an open pattern',
      (e) => (e.spec.parameters['x'] = { type: 'string', maxLength: 9, pattern: '.*' }),
      /parameters\.x\.pattern: it accepts "-rf"/,
    ],
    [
      'a costly pattern',
      (e) => (e.spec.parameters['x'] = { type: 'string', maxLength: 9, pattern: '(a{1,100}){100}' }),
      /repeats too much/,
    ],
    [
      'a broken pattern',
      (e) => (e.spec.parameters['x'] = { type: 'string', maxLength: 9, pattern: '[a' }),
      /parameters\.x\.pattern/,
    ],
    [
      'an unknown $param',
      (e) => (at(e, 'spec', 'steps', 1, 'with')['limit'] = { $param: 'nope' }),
      /with\.limit: there is no parameter "nope"/,
    ],
    [
      'a $param with more',
      (e) => (at(e, 'spec', 'steps', 1, 'with')['limit'] = { $param: 'memory', x: 1 }),
      /"x" is not known here/,
    ],
    [
      'a $param of another type',
      (e) => (at(e, 'spec', 'steps', 1, 'with')['limit'] = { $param: 'restarts' }),
      /"restarts" can be 0, which is not accepted/,
    ],
    [
      'a $param whose range is too wide',
      (e) => {
        e.spec.parameters['n'] = { type: 'integer', min: 1, max: 5000 };
        e.spec.steps[1] = {
          id: 'b',
          action: 'k8s.scale',
          target: at(e, 'spec', 'steps', 1, 'target'),
          with: { replicas: { $param: 'n' } },
        };
      },
      /with\.replicas: the parameter "n" can be 5000.*at most 1000/,
    ],
    [
      'two ways at once',
      (e) => (e.spec.steps[1]!['with'] = { container: 'a', limit: '1Gi', factor: 2 }),
      /with: has too many keys/,
    ],
    ['a step twice', (e) => (e.spec.steps[1]!['id'] = 'near-limit'), /steps\[1\]\.id: is there twice/],
    [
      'an interrupted group',
      (e) =>
        (e.spec.steps = ['g', 'h', 'g'].map((group, i) => ({
          id: `s${i}`,
          group,
          action: 'wait',
          with: { seconds: 1 },
        }))),
      /steps\[2\]\.group: "g" is interrupted/,
    ],
    [
      'a ttl that nothing ends',
      (e) => Object.assign(e.spec.steps[1]!, { ttl: '10m', compensate: 'none' }),
      /steps\[1\]\.ttl: cannot be with compensate: none/,
    ],
    [
      'a ttl where nothing can be undone',
      (e) => (e.spec.steps[0]!['ttl'] = '10m'),
      /steps\[0\]\.ttl: "ttl" is not known here/,
    ],
    [
      'automatic approval of high risk',
      (e) => (e.spec.policy = { risk: 'high', approval: { mode: 'auto-if-low-risk' } }),
      /approval\.mode: cannot be auto-if-low-risk/,
    ],
    [
      'a deadline that cannot be held',
      (e) => (e.spec.policy['deadline'] = '5m'),
      /policy\.deadline: of 300 s is shorter than the verification alone \(660 s\)/,
    ],
    [
      'a verification beyond the default deadline',
      (e) => {
        delete e.spec.policy['deadline'];
        at(e, 'spec', 'verify')['timeout'] = '2h';
      },
      /policy: of 3600 s is shorter|policy\.deadline: of 3600 s is shorter/,
    ],
    [
      'an approval for ever',
      (e) => (at(e, 'spec', 'policy', 'approval')['ttl'] = '99999h'),
      /approval\.ttl: is longer than a day/,
    ],
    ['a rest for ever', (e) => (e.spec.policy['cooldown'] = '721h'), /policy\.cooldown: is longer than 30 days/],
    ['a temporary step for ever', (e) => (e.spec.steps[1]!['ttl'] = '25h'), /steps\[1\]\.ttl: is longer than a day/],
    [
      'a step beyond the deadline',
      (e) => (e.spec.steps[1]!['timeout'] = '21m'),
      /steps\[1\]\.timeout: is longer than the deadline/,
    ],
    ['an undeclared variable', (e) => (e.spec.preconditions[0]!['vars'] = {}), /\$namespace is not in "vars"/],
    [
      'an unused variable',
      (e) => (at(e, 'spec', 'preconditions', 0, 'vars')['x'] = { $param: 'memory' }),
      /vars\.x: is not used/,
    ],
    [
      'a variable of an open type',
      (e) => (at(e, 'spec', 'preconditions', 0, 'vars')['namespace'] = { $param: 'memory' }),
      /cannot be quantity where it stands/,
    ],
    [
      'a variable inside a text',
      (e) => (e.spec.preconditions[0]!['query'] = 'up{a="$namespace"}'),
      /is not used in the query/,
    ],
    ['a template in a query', (e) => (e.spec.preconditions[0]!['query'] = 'up{a=${x}}'), /is no variable/],
    [
      'a threshold that is no number',
      (e) => (e.spec.preconditions[0]!['value'] = { $param: 'memory' }),
      /preconditions\[0\]\.value: cannot be quantity/,
    ],
    [
      'equality over time',
      (e) => Object.assign(e.spec.preconditions[0]!, { op: '==', for: '5m' }),
      /preconditions\[0\]\.for: cannot be with ==/,
    ],
    ['a wrong expression', (e) => (e.spec.steps[1]!['if'] = 'params.restarts >'), /steps\[1\]\.if/],
    [
      'an expression of another type',
      (e) => (e.spec.steps[1]!['if'] = 'params.restarts + 1'),
      /steps\[1\]\.if: it is int, not bool/,
    ],
    [
      'an expression with an unknown name',
      (e) => (e.spec.steps[1]!['if'] = 'params.nope == 1'),
      /steps\[1\]\.if: No such key: nope/,
    ],
    [
      'an expression on a later step',
      (e) => (e.spec.steps[0]!['if'] = 'steps["near-limit"].passed'),
      /steps\[0\]\.if: Unknown variable: steps/,
    ],
    [
      'a regular expression',
      (e) => (e.spec.triggers[0]!['when'] = 'alert.labels.a.matches("(a+)+$")'),
      /matches\(\) is not available/,
    ],
    [
      'an expression of 513 characters',
      (e) => (e.spec.steps[1]!['if'] = `true${' '.repeat(509)}`),
      /steps\[1\]\.if: is too long/,
    ],
    [
      'an unknown cause',
      (e) => e.spec.triggers.push({ source: 'aiops-insight', match: [{ label: 'cause', op: '=', value: 'gremlins' }] }),
      /"gremlins" is no cause/,
    ],
    ['a list without in', (e) => (at(e, 'spec', 'triggers', 0, 'match', 0)['value'] = ['a']), /match\[0\]\.value/],
    ['a version 0', (e) => (e.metadata.version = 0), /metadata\.version: is 0. Use at least 1/],
    [
      'a check twice',
      (e) => e.spec.preconditions.push({ ...e.spec.preconditions[0] }),
      /preconditions\[1\]\.name: is there twice/,
    ],
    ['a number as text', (e) => (at(e, 'spec', 'verify')['consecutive'] = '3'), /verify\.consecutive: is a string/],
  ])('is refused with %s', async (_, change, message) => {
    const problems = await problemsOf(exampleYaml(change));
    expect(problems.join('\n')).toMatch(message);
    expect(problems[0]).toMatch(/^shop\.yaml:[1-9]\d*:[1-9]\d* \S/);
  });

  it('tells all faults at once, in the order of the file', async () => {
    const problems = await problemsOf(
      exampleYaml((example) => {
        example.metadata.version = 0;
        example.spec.policy['risk'] = 'none';
        example.spec.steps[1]!['timeout'] = '5 minutes';
      })
    );
    expect(problems.map((problem) => problem.split(' ')[1])).toEqual([
      'metadata.version:',
      'spec.policy.risk:',
      'spec.steps[1].timeout:',
    ]);
  });

  it('of the former format names the importer', async () => {
    const text = 'apiVersion: aiops.io/v1\nkind: Runbook\nmetadata: { name: a }\nspec: { trigger: {}, actions: [] }\n';
    expect((await problemsOf(text)).join()).toMatch(/shop\.yaml:4:\d+ spec: .*former format.*-- import FILE/);
  });
});
