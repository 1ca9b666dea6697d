/** Who is calling, as proven by tokens. Nothing in a body or an unsigned header changes it. */
export type Principal = PersonPrincipal | BackendPrincipal | WebhookPrincipal;

/** A person, through Grafana's proxy, named by Grafana's signed id token. */
export interface PersonPrincipal {
  readonly kind: 'person';
  /** Stable id: the `sub` of the id token, for example `user:1`. */
  readonly id: string;
  /** Login, for display. */
  readonly name: string;
  /** Hex SHA-256 of the id token, kept with decisions. */
  readonly tokenDigest: string;
  readonly tokenIssuedMs: number;
}

/** The plugin's backend. It reports and proposes; it can never decide. */
export interface BackendPrincipal {
  readonly kind: 'backend';
  readonly id: 'backend:causeway';
  readonly name: 'causeway-backend';
  readonly intent: 'ledger' | 'propose' | 'read';
  readonly jti: string;
  readonly expiresMs: number;
  /** What the token says about the body; compared with the bytes received. */
  readonly bodySha256: string;
}

/** Whoever tells of alerts by webhook. It can do nothing else, and cannot read. */
export interface WebhookPrincipal {
  readonly kind: 'webhook';
  readonly id: 'webhook:alerts';
  readonly name: 'alert-webhook';
}

/** How a principal is named in the audit: login and stable id. */
export function actorOf(principal: Principal): string {
  return principal.kind === 'person' ? `${principal.name} (${principal.id})` : principal.name;
}
