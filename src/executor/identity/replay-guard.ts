import type { ExecutorContext } from '../context.ts';
import { write } from '../context.ts';
import { ExecutorError } from '../errors.ts';
import type { BackendPrincipal } from './principal.ts';

/**
 * Lets every backend token through once. Tokens that can change something are remembered in the ledger, over restarts; tokens
 * that only read are remembered in memory, so that reading still works on a full disk.
 */
export function replayGuard(context: ExecutorContext): (token: BackendPrincipal) => Promise<void> {
  const read = new Map<string, number>();
  const useInMemory = ({ jti, expiresMs }: BackendPrincipal): boolean => {
    const now = Date.now();
    for (const [known, until] of read) {
      if (until >= now) {
        break;
      }
      read.delete(known);
    }
    if (read.has(jti)) {
      return false;
    }
    read.set(jti, expiresMs);
    return true;
  };
  return async (token) => {
    const fresh =
      token.intent === 'read'
        ? useInMemory(token)
        : await write(context, (session) => session.settings.useToken(token.jti, token.expiresMs));
    if (!fresh) {
      throw new ExecutorError('TOKEN_REPLAYED', 'token: this jti was used before.');
    }
  };
}
