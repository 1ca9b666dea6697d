import { beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { bundleCells } from './killable.ts';
import { runControls, toReport } from './report.ts';
import { SUBJECTS } from './subjects.ts';

let file: string;
beforeAll(async () => {
  file = await bundleCells();
});

const chosen = (...names: readonly string[]) => SUBJECTS.filter(({ name }) => names.includes(name));

// All boundaries of all actions: npm run test:crash.
describe('a sample of the proof against crashes', { timeout: 120_000 }, () => {
  it('loses and doubles nothing', async () => {
    const subjects = chosen('demo.scale', 'manual', 'k8s.setMemory');
    const report = toReport(await runCampaign(file, { subjects, every: 8 }), [], [], 0);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ lost: 0, doubled: 0, wrong: 0, exact: report.points, undisturbed: { exact: 6 } });
    expect(report.points).toBeGreaterThan(15);
    expect(report.killedAgain).toBeGreaterThan(8);
  });

  it('finds every mistake that is made on purpose', async () => {
    const controls = await runControls(file, chosen('demo.scale'));
    expect(controls.map(({ mistake, found }) => [mistake, found])).toEqual([
      ['resends', true],
      ['eager', true],
      ['trusting', true],
    ]);
  });
});
