import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { selfSignedCertificate } from '../../../../tests/support/kubernetes/certificate.ts';

/** How a fake mail server behaves. */
export type SmtpMood = 'takes' | 'no-starttls' | 'busy' | 'refuses-recipient' | 'refuses-password' | 'silent';

/** A mail as it came. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
  readonly secure: boolean;
  readonly auth: string | undefined;
}

/** A small SMTP server on 127.0.0.1. */
export interface FakeSmtp {
  readonly port: number;
  readonly ca: string;
  readonly mails: readonly ReceivedMail[];
  mood: SmtpMood;
  close(): Promise<void>;
}

export async function fakeSmtp(): Promise<FakeSmtp> {
  const { certificate, key } = selfSignedCertificate(Date.now());
  const secureContext = createSecureContext({ cert: certificate, key });
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (fake.mood !== 'silent') {
      socket.write(fake.mood === 'busy' ? '421 try later\r\n' : '220 fake ESMTP\r\n');
      talk(socket, { secure: false });
    }
  });
  const talk = (socket: Socket, { secure }: { readonly secure: boolean }) => {
    let mail = { from: '', to: [] as string[], auth: undefined as string | undefined };
    let data: string | undefined;
    let rest = '';
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const upgrade = () => {
      say('220 go');
      socket.removeAllListeners('data');
      const tls = new TLSSocket(socket, { isServer: true, secureContext });
      tls.on('error', () => {});
      talk(tls, { secure: true });
    };
    const verbs: Readonly<Record<string, (line: string) => void>> = {
      EHLO: () =>
        say(secure || fake.mood === 'no-starttls' ? '250-fake\r\n250 AUTH PLAIN' : '250-fake\r\n250 STARTTLS'),
      STAR: () => (fake.mood === 'no-starttls' ? say('502 what?') : upgrade()),
      AUTH: (line) => {
        mail.auth = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString('utf8');
        say(fake.mood === 'refuses-password' ? '535 no' : '235 yes');
      },
      MAIL: (line) => {
        mail = { ...mail, from: addressIn(line), to: [] };
        say('250 ok');
      },
      RCPT: (line) => {
        mail.to.push(addressIn(line));
        say(fake.mood === 'refuses-recipient' ? '550 no such user canary' : '250 ok');
      },
      DATA: () => {
        data = '';
        say('354 go on');
      },
      QUIT: () => say('221 bye'),
    };
    const command = (line: string) => (verbs[line.slice(0, 4).toUpperCase()] ?? (() => say('250 ok')))(line);
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data === undefined) {
          command(line);
        } else if (line === '.') {
          mails.push({ ...mail, data, secure });
          data = undefined;
          say('250 taken');
        } else {
          data += `${line}\n`;
        }
      }
    });
  };
  const fake: FakeSmtp = {
    port: 0,
    ca: certificate,
    mails,
    mood: 'takes',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(fake, { port: (server.address() as AddressInfo).port });
}

function addressIn(line: string): string {
  return /<(.*?)>/.exec(line)?.[1] ?? '';
}
