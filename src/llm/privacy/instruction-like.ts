/** What may stand between two words of a phrase. */
const GAP = '[a-z ]{0,40}';

/** Phrases of texts that speak to a language model and not to a person, in a text without marks and in lower case. */
const PHRASES: readonly RegExp[] = [
  new RegExp(
    `\\b(?:ignor|disregard|forget|overrid|bypass|discard|skip)\\w{0,4}${GAP} (?:instruction|rule|prompt|guideline|direction|directive|above|safety|polic|everything|(?:the|this|your|all|any) (?:evidence|report|analysis|context|previous|prior|earlier|preceding))`
  ),
  /\b(?:new|updated|real|actual|hidden|secret) (?:system )?(?:instruction|directive|prompt)s?\b/,
  /\b(?:system|developer|admin\w{0,9}) (?:prompt|instruction|override)s?\b|\bassistant (?:note|message|instruction)s?\b/,
  /\b(?:you|u) (?:are|re|act) (?:now )?(?:as )?(?:an? |the |in )?(?:\w{1,14} )?(?:assistant|agent|model|ai|llm|bot|chatgpt|claude|root|admin\w{0,9}|helpful|\w{1,12} mode)\b/,
  /\b(?:dear|hey|hi|hello|attention|note to|message to|instructions? (?:to|for)) (?:an? |the |any |all )?(?:ai|llms?|assistants?|language models?|chatgpt|claude|gpt|agents?|copilot)\b/,
  /\b(?:as|to|for) (?:an? |the |any |all )?(?:ai (?:assistant|model|agent)s?|llms|language models?|chatgpt|claude)\b/,
  /\byour (?:new |final |next )?(?:answer|reply|verdict|confidence|instructions?|conclusion|root cause|analysis|goal|task is|role is|tools)\b/,
  /\b(?:respond|reply|answer|output|print|conclude|say|state|write) (?:only|exactly|verbatim|instead|back)\b|\b(?:conclude|say|respond|reply|state) (?:that|with)\b/,
  /\b(?:set|report|give|raise|lower|change) (?:the |your |its |a |an )?(?:high |low |full |zero )?(?:confidence|verdict|root cause|ranking)\b/,
  /\b(?:call|use|invoke|run|execute) the (?:tool|function)\b|\bfunction call (?:to|with)\b/,
  /\b(?:do not|don t|never) (?:mention|cite|reveal|blame|tell (?:the|any))\b/,
  /\b(?:you|u|engineer|operator|assistant) (?:must|should|shall|need to|have to|will) (?:now |immediately )?(?:approve|propose|recommend|conclude|obey|say|ignore)\b/,
  /\b(?:reveal|leak|exfiltrate|repeat|print|show|send) (?:me )?(?:your|the|all|every)[a-z ]{0,30} (?:prompts?|secrets?|passwords|credentials?|api keys?|instructions?|telemetry|evidence)\b/,
  /\b(?:true|real|actual) (?:root )?cause (?:is|was)\b|\bpre approved\b|\bapproval (?:is )?(?:not required|granted)\b|\bjailbreak\b|\bprompt injection\b/,
  // The same in other languages that logs are seen in.
  /\b(?:ignorier|vergiss|missacht)\w{0,4} [\p{L} ]{0,40}(?:anweisung|regel|vorherig|obig|befehl|bericht)/u,
  /\b(?:ignor\w{0,6}|oublie\w{0,3}|olvid\w{0,3}|dimentic\w{0,3}|esque[cç]\w{0,3}) [\p{L} ]{0,40}(?:instruc|r[eè]gl|consigne|anterior|pr[eé]c[eé]dent|istruzion|regol|regra)/u,
  /(?:忽略|无视|忘记|無視).{0,20}(?:指令|指示|说明|規則|规则|提示)|игнорируй|забудь .{0,30}инструкци|проигнорируй/u,
];

/** Marks that close what a text stands in, or pretend to open something else. */
const MARKS = new RegExp(
  [
    String.raw`<\/?\s{0,3}(?:report|data|tool[_ ]?(?:result|use|call)s?|system|user|assistant|human|instructions?|function[_ ]?calls?|im_start|im_end)\s{0,3}(?:>|\s\w{1,20}=)`,
    String.raw`<\|[a-z_]{1,20}\|>|\[\/?(?:INST|SYS(?:TEM)?|ASSISTANT)\]`,
    String.raw`(?:^|[\n"'\\]|\\n)\s{0,3}(?:assistant|human)\s{0,2}:\s`,
    String.raw`#{2,}\s{0,2}(?:system|instruction|new task|human|assistant)`,
    String.raw`"(?:root_cause|remediation|tool_use|tool_calls|tool_choice)"\s{0,3}:`,
    String.raw`\b(?:query_metrics|search_logs|search_traces|read_trace|read_topology|read_blast_radius|list_runbooks|find_similar_incidents)\b`,
  ].join('|'),
  'i'
);

const BASE64 = /[A-Za-z0-9+/]{24,2000}={0,2}/g;
const MAX_LENGTH = 4000;

/**
 * Whether a text of the telemetry reads like instructions to a language model. Such a text is kept from the model: it stays
 * on the page and can be cited by its number. This is a first fence only; what a model does with texts that pass is checked.
 * Cost: linear in the length, at most 4000 characters.
 */
export function readsLikeInstructions(text: string): boolean {
  const cut = text
    .slice(0, MAX_LENGTH)
    .normalize('NFKC')
    .replace(/[\p{Cf}\u034f\ufe00-\ufe0f]/gu, '');
  return isSuspicious(cut) || [...cut.matchAll(BASE64)].some(([encoded]) => isSuspicious(decode(encoded)));
}

function isSuspicious(text: string): boolean {
  if (MARKS.test(text)) {
    return true;
  }
  const plain = toWords(text);
  const latin = toWords(withLatinLetters(text.toLowerCase()));
  return [plain, latin, joinSpelled(latin)].some((form) => PHRASES.some((phrase) => phrase.test(form)));
}

/** Lower case, everything that is no letter as one space. */
function toWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}

/** Look-alikes of other alphabets, and digits in the place of letters, as Latin letters. */
function withLatinLetters(text: string): string {
  return [...text].map((char) => LOOK_ALIKES[char] ?? char).join('');
}

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ո: 'n', ο: 'o', α: 'a', ε: 'e', ι: 'i', ν: 'v',
  '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '@': 'a', $: 's',
}; // prettier-ignore

/** `i g n o r e a l l` as it is meant: single letters in a row become one word, tried without the spaces between words. */
function joinSpelled(words: string): string {
  return words.replace(/\b(?:\p{L} ){5,400}\p{L}\b/gu, (spelled) =>
    spelled
      .replaceAll(' ', '')
      .replace(
        /(ignore|disregard|forget|all|the|previous|above|instructions|rules|and|restart|you|must|system|prompt)/g,
        ' $1 '
      )
      .replace(/ +/g, ' ')
  );
}

function decode(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return /^[\x20-\x7e\s]{12,}$/.test(text) ? text : '';
}
