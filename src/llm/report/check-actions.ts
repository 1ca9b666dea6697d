import type { ActionKind } from '#model';
import { serviceNames, type ReportPayload } from '../payload.ts';

const ACTION_WORDS: Readonly<Record<Exclude<ActionKind, 'manual'>, RegExp>> = {
  scale: /\b(?:re-?|up-?|down-?)?scal(?:e[sd]?|ing)\b|\b(?:add|more|extra)\w* (?:replicas?|instances?|pods?)\b/i,
  restart: /\b(?:restart|reboot|recycl|bounc)(?:e|es|ed|s|ing)?\b/i,
  rollback: /\broll(?:s|ed|ing)?[- ]?(?:it )?back\b|\brever(?:t|ts|ted|ting|sal)\b|\bdowngrad(?:e|ed|ing)\b/i,
  'rate-limit': /\brate[- ]?limit\w*\b|\bthrottl\w*\b|\blimit(?:ing)? (?:the )?(?:requests?|calls?|traffic)\b/i,
  'circuit-break': /\bcircuit[- ]?break\w*\b/i,
  'set-memory-limit': /\bmemory limits?\b|\b(?:more|raise|increase)\w* (?:the )?memory\b/i,
  'create-index': /\bindex(?:es|ing)?\b|\bindices\b/i,
  notify: /\bnotif(?:y|ies|ied|ying|ication)\b/i,
};

const RECOMMENDS = new RegExp(
  [
    String.raw`\b(?:should|must|ought|recommend\w*|advis\w*|propos\w*|consider\w*|needs? to|has to|have to|please|try)\b`,
    String.raw`\b(?:let us|let's|next steps?|mitigat\w*|remed\w*|approv\w*|action|you can|we can|it is best)\b`,
    String.raw`\bsuggest\w* (?:\w+ing|to|you|that you)\b`,
    String.raw`\b(?:would|will|could|can|to) (?:be )?(?:fix|help|resolv|solv|restor|recover|cur|reliev)\w*\b`,
    // The plain form of an action behind another clause, and an imperative at the start, also after a comma.
    String.raw`(?:[;,:.!?]|\b(?:and|then|now|to)) (?:restart|reboot|redeploy|roll ?back|scale|delete|execute|approve)\b(?! (?:rate|factor|time|limit)s?\b)`,
    String.raw`(?:^|[;,] (?:then |and )?)(?:restart|reboot|scale|roll|revert|limit|throttle|create|add|drop|delete|remove|kill|stop|start|disable|enable|increase|decrease|reduce|raise|lower|set|open|call|contact|check|visit|grant|deploy|drain|evict|flush|truncate|reset|shut|turn|patch|upgrade|downgrade|ignore|execute|run|apply|wipe|purge|install|send|email|notify|rotate)\b`,
  ].join('|'),
  'i'
);
/** In their plain form these are orders or plans; in other forms they may tell what happened. */
const FORBIDDEN_ORDER = /\b(?:delete|remove|kill|disable|truncate|flush|wipe|purge|drain|evict|uninstall)\b/i;
const FORBIDDEN = /\b(?:drop|delet|remov|kill|disabl|truncat|flush|wip|purg|drain|evict|shut|uninstall|format)\w*\b/i;

/**
 * What a sentence does with actions that nobody proposed; undefined when it is fine. A sentence that recommends must
 * name the action and target of a proposal and no other action. A sentence that only tells may use the words of an
 * action where its cited evidence, or the wording of the verdict, uses them too. With `mayCheck` a sentence recommends to look
 * at something, and still nothing that changes anything.
 */
export function unproposedAction(
  text: string,
  cites: readonly number[],
  payload: ReportPayload,
  { mayCheck = false } = {}
): string | undefined {
  const words = withoutNames(text, payload);
  const recommends = mayCheck || RECOMMENDS.test(words);
  const kinds = (Object.keys(ACTION_WORDS) as (keyof typeof ACTION_WORDS)[]).filter((kind) =>
    ACTION_WORDS[kind].test(words)
  );
  const stranger = kinds.find(
    (kind) => !isProposed(kind, text, payload) && (recommends || !isTold(ACTION_WORDS[kind], cites, payload))
  );
  if (stranger) {
    return stranger;
  }
  const order = FORBIDDEN_ORDER.exec(words)?.[0];
  if (order && !isTold(FORBIDDEN_ORDER, cites, payload)) {
    return order;
  }
  if (!recommends) {
    return undefined;
  }
  const forbidden = FORBIDDEN.exec(words)?.[0];
  return (
    forbidden ?? (kinds.length > 0 || mayCheck || isProposed('manual', text, payload) ? undefined : 'a recommendation')
  );
}

/** Whether a text says to do what was proposed, or what one of the runbooks does that were offered. */
export function isProposal(
  text: string,
  ways: readonly { readonly action: ActionKind; readonly target: string }[]
): boolean {
  return ways.some(
    ({ action, target }) => namesTarget(text, target) && (action === 'manual' || ACTION_WORDS[action].test(text))
  );
}

/** Services may be called `recommendation` or `notification-worker`: their names are no action words. */
function withoutNames(text: string, payload: ReportPayload): string {
  return serviceNames(payload)
    .filter((name) => /^[^\s]*[-_.][^\s]*$/.test(name) || (!/\s/.test(name) && !isActionWord(name)))
    .reduce((rest, name) => {
      const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      return rest.replace(new RegExp(`(?<![\\p{L}\\p{N}-])${literal}(?![\\p{L}\\p{N}-])`, 'giu'), 'X');
    }, text);
}

/** A service that calls itself `restart` does not make "restart" a harmless word. */
function isActionWord(name: string): boolean {
  return [...Object.values(ACTION_WORDS), FORBIDDEN].some((pattern) => pattern.test(name));
}

/** Proposed by the engine, or what a runbook that was offered does to its target. */
function isProposed(kind: ActionKind, text: string, payload: ReportPayload): boolean {
  const ways = [...payload.proposals, ...payload.runbooks];
  return ways.some(({ action, target }) => action === kind && namesTarget(text, target));
}

function namesTarget(text: string, target: string): boolean {
  return text.toLowerCase().includes(target.toLowerCase());
}

/** Whether the facts behind the sentence use the same words, as in "payment was restarted". */
function isTold(words: RegExp, cites: readonly number[], payload: ReportPayload): boolean {
  const facts = payload.evidence.filter(({ number }) => cites.includes(number)).map(({ statement }) => statement);
  const causes = payload.hypotheses.flatMap(({ cause, signals }) => [cause, ...signals]);
  return [...facts, ...causes].some((fact) => words.test(fact));
}
