import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { reasonOf, resolveHost, type ResolveName } from '../../outbound/index.ts';
import { toPlainText, type Message } from '../message.ts';
import type { Channel, SendResult } from './channel.ts';

/** A mail server and who gets mail. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte; `starttls`: before anything else, or not at all. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly allowPrivate: boolean;
  readonly ca?: string | undefined;
  readonly timeoutMs: number;
}

/** Mail by SMTP: one connection per message, to an address that was checked. */
export function emailChannel(id: string, settings: MailSettings, resolve?: ResolveName): Channel {
  return {
    id,
    type: 'email',
    async send(message, signal) {
      const deadline = AbortSignal.timeout(settings.timeoutMs);
      const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
      try {
        const stopped = new Promise<never>((_resolve, reject) => {
          stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
        });
        await Promise.race([deliver(settings, message, stop, resolve), stopped]);
        return { kind: 'sent' };
      } catch (error) {
        return toResult(error);
      }
    },
  };
}

async function deliver(
  settings: MailSettings,
  message: Message,
  signal: AbortSignal,
  resolve: ResolveName | undefined
): Promise<void> {
  const { host, port, security, user, password, ca, timeoutMs } = settings;
  const [address] = await resolveHost(host, settings.allowPrivate, resolve);
  signal.throwIfAborted();
  const transport = createTransport({
    host: address?.address,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ ...toMail(settings, message), signal });
  } finally {
    transport.close();
  }
}

/** Text only: a mail program has nothing to read as markup. */
export function toMail({ from, to }: Pick<MailSettings, 'from' | 'to'>, message: Message) {
  return {
    from,
    to: [...to],
    subject: `[Causeway] ${message.title}`,
    text: toPlainText(message),
    // The same for each attempt, so that a mail program shows a message that was sent twice once.
    messageId: `<${message.id.replaceAll(/[^A-Za-z0-9._-]/g, '')}@causeway.invalid>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** What the server says about the message itself is final, about everything else (rights, its own state) it is not. */
function toResult(error: unknown): SendResult {
  const { responseCode, code } = error as { readonly responseCode?: unknown; readonly code?: unknown };
  if (typeof responseCode !== 'number') {
    return { kind: 'retry', error: reasonOf(error) };
  }
  const isFinal = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { kind: isFinal ? 'refused' : 'retry', error: `the mail server answered ${responseCode}` };
}
