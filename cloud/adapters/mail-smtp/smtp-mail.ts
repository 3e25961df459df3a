import { AppError, type ErrorCode } from '@kuluma/shared/errors.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { createTransport } from 'nodemailer';
import type { Mail, MailChannel } from '../../channel-ports.ts';

export interface SmtpOptions {
  /** smtp://user:password@host:587 (with STARTTLS where the server has it), or smtps:// */
  readonly url: string;
  /** `Kuluma <service@example.com>`; its domain is that of the Message-IDs. */
  readonly from: string;
  readonly timeoutMs?: number;
}

const domainOf = (from: string): string => /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';

/** What an error of the transport means for the letter. A reply of the server decides; without one it depends on how far it came. */
const codeOf = (error: unknown): ErrorCode => {
  const { responseCode, syscall, code, timeoutType } = (error ?? {}) as {
    readonly [key in 'syscall' | 'code' | 'timeoutType']?: string;
  } & { readonly responseCode?: number };
  // Before the session stands no letter was spoken of: connecting, greeting, upgrade to TLS.
  if (timeoutType !== undefined && timeoutType !== 'SOCKET_TIMEOUT') return 'MESSAGE_UNAVAILABLE';
  // A wrong password is ours to put right, not the letter's fault.
  if (code === 'EAUTH' || code === 'EDNS' || code === 'ETLS' || syscall === 'connect') return 'MESSAGE_UNAVAILABLE';
  if (responseCode !== undefined) return responseCode >= 500 ? 'MESSAGE_REFUSED' : 'MESSAGE_UNAVAILABLE';
  // RFC 5321 section 4.1.1.4: whoever loses the line after the data does not know whether the server took them.
  return code === 'EENVELOPE' ? 'MESSAGE_REFUSED' : 'MESSAGE_UNKNOWN';
};

/** What went wrong, which the log gets: servers repeat there whom they refused. */
const withoutAddresses = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replaceAll(/[^\s<>"']+@[^\s<>"']+/g, '...');

/** Letters over SMTP, one connection at a time. */
export const createSmtpMail = ({ url, from, timeoutMs = 30_000 }: SmtpOptions): MailChannel & Part => {
  // The socket waits longer, so that a missing greeting is known as one.
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: 2 * timeoutMs };
  const transport = createTransport({ url, pool: true, maxConnections: 1, ...timeouts }, { from });
  const messageIdOf = ({ id }: Mail): string => `<${id}@${domainOf(from)}>`;
  return {
    name: 'mail',
    start: () => Promise.resolve(),
    stop: () => {
      transport.close();
      return Promise.resolve();
    },
    async send(mail) {
      const { to, subject, text, html, calendar, stopUrl } = mail;
      const attachments = (mail.attachments ?? []).map(({ name: filename, type: contentType, content }) => ({
        filename,
        contentType,
        content: Buffer.from(content),
      }));
      const method = /^METHOD:(\w+)/m.exec(calendar ?? '')?.[1] ?? 'PUBLISH';
      const icalEvent = calendar ? { icalEvent: { method, content: calendar } } : {};
      const stop = { 'List-Unsubscribe': `<${stopUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
      const headers = { ...(stopUrl ? stop : {}), 'Auto-Submitted': 'auto-generated' };
      try {
        const letter = { to, subject, text, html, headers, attachments, ...icalEvent };
        await transport.sendMail({ ...letter, messageId: messageIdOf(mail) });
      } catch (cause) {
        throw new AppError(codeOf(cause), withoutAddresses(cause), { cause });
      }
    },
  };
};
