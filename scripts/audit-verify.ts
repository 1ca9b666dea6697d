/** Follows the audit chain of a ledger: npm run audit:verify -- --ledger FILE [--head HASH] [--export] */
import { AuditArgumentError, HELP, readOptions, verifyAudit } from './audit/verify-audit.ts';
import { runCli } from './run-cli.ts';

await runCli({
  help: HELP,
  readOptions,
  main: async (options) => {
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    const result = verifyAudit(options, options.isExport ? print : undefined);
    print(JSON.stringify(result));
    process.exitCode = result.ok ? 0 : 1;
  },
  isArgument: (error) => error instanceof AuditArgumentError,
});
