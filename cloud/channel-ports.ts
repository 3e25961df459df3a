import type { PushAddress } from '@kuluma/shared/model/push.ts';
import type { BusinessFacts, InvoiceDraft } from './core/business/facts.ts';

/** One letter to one contact. */
export interface Mail {
  /** The same in every attempt: it becomes the Message-ID, by which a mail server or reader knows a repetition. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** An iCalendar file that goes along. */
  readonly calendar?: string;
  readonly attachments?: readonly { readonly name: string; readonly type: string; readonly content: Uint8Array }[];
  /** A POST there stops such letters (RFC 8058); none where the reader has just asked for the letter. */
  readonly stopUrl?: string;
}

/** A text message to one number. */
export interface Sms {
  /** The same in every attempt. */
  readonly id: string;
  /** E.164: `+358401234567`. */
  readonly to: string;
  readonly text: string;
}

/** A way to send text messages; answers come in over HTTP. Errors as those of letters. */
export interface SmsChannel {
  send(sms: Sms): Promise<void>;
}

/** A note to one browser, which nobody between can read. */
export interface Push {
  readonly to: PushAddress;
  /** JSON that its service worker understands. */
  readonly text: string;
  /** Of several with the same topic that wait for a phone, it gets the last. */
  readonly topic: string;
  /** How long it waits for a phone that is off. */
  readonly keepForMs: number;
}

/** A way to tell a browser that listens. Errors as those of letters: who refuses once listens no more. */
export interface PushChannel {
  /** Whether the address is that of a push service which we send to. */
  takes(endpoint: string): boolean;
  /** By which browsers know that it is us; base64url. */
  publicKey(): Promise<string>;
  send(push: Push): Promise<void>;
}

/** What happened, for an integrator. */
export interface WebhookCall {
  /** The same in every attempt. */
  readonly id: string;
  readonly type: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A way to tell an integrator's server. Errors as those of letters. */
export interface WebhookChannel {
  send(call: WebhookCall): Promise<void>;
}

/** A CRM or an ERP of the company. */
export interface BusinessSystem {
  /** Whose keys its facts carry. */
  readonly system: string;
  /** All that it says now. @throws AppError LINK_DOWN, INPUT_INVALID, CONFIG_INVALID */
  read(): Promise<BusinessFacts>;
  /**
   * Puts a draft there; the same again finds the one that is there. Without it the system takes no invoices.
   * @returns its number there. @throws as `read`, and LINK_TIMEOUT when it may be there
   */
  invoice?(draft: InvoiceDraft): Promise<string>;
}

/** A way to send letters. */
export interface MailChannel {
  /**
   * Resolves when the mail server has taken the letter.
   * @throws AppError MESSAGE_REFUSED when it never will; MESSAGE_UNAVAILABLE when it was not taken; MESSAGE_UNKNOWN when it may
   * have been taken.
   */
  send(mail: Mail): Promise<void>;
}
