/** Prints what the executor must be allowed to do in a cluster: npm run rbac -- --namespace NS [--actions a,b] */
import { HELP, RbacArgumentError, readOptions, renderRoles } from './rbac/roles.ts';
import { runCli } from './run-cli.ts';

await runCli({
  help: HELP,
  readOptions,
  main: async (options) => {
    process.stdout.write(renderRoles(options));
  },
  isArgument: (error) => error instanceof RbacArgumentError,
});
