import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: string;
  /** Header lines unfolded, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** All parts, decoded. */
  readonly body: string;
}

/** What the mail server does with a letter: takes it, answers with a code, or dies when it has the data. */
export type SmtpManner = 'take' | 'dieAfterData' | { readonly refuse: number; readonly at: 'recipient' | 'data' };

/** A real SMTP server on loopback that keeps what it took. */
export class SmtpInbox {
  readonly mails: ReceivedMail[] = [];
  manner: SmtpManner = 'take';
  #server: SMTPServer | undefined;
  #port = 0;

  url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  /** Begins, or begins again at the same port. */
  async start(): Promise<void> {
    if (this.#server) return;
    const refusal = (at: 'recipient' | 'data'): Error | undefined => {
      if (typeof this.manner === 'string' || this.manner.at !== at) return undefined;
      return Object.assign(new Error('as the test asked, for <essi@example.com>'), {
        responseCode: this.manner.refuse,
      });
    };
    const server = new SMTPServer({
      // Its built-in certificate is no secret; loopback needs none.
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_, __, done) => done(refusal('recipient')),
      onData: (stream, session, done) => {
        text(stream).then((raw) => {
          if (this.manner === 'dieAfterData') {
            this.mails.push(mailOf(raw, session.envelope.rcptTo[0]?.address ?? ''));
            void this.stop();
            return;
          }
          const refused = refusal('data');
          if (!refused) this.mails.push(mailOf(raw, session.envelope.rcptTo[0]?.address ?? ''));
          done(refused);
        }, done);
      },
    });
    server.on('error', () => undefined);
    this.#server = server;
    const listening = server.listen(this.#port, '127.0.0.1');
    if (!listening.listening) await once(listening, 'listening');
    this.#port = (listening.address() as AddressInfo).port;
  }

  /** Cuts all connections, as a killed server does. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(resolve));
    for (const connection of server.connections) connection.close();
    await closed;
  }
}

const decoded = (part: string): string =>
  Buffer.from(
    part
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

const mailOf = (raw: string, to: string): ReceivedMail => {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { to, headers, body: decoded(rest.join('\r\n\r\n')) };
};
