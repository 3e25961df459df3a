import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { createSmtpMail } from './adapters/mail-smtp/smtp-mail.ts';
import { printReport } from './adapters/report-pdf/report-pdf.ts';
import { createHttpSms } from './adapters/sms-http/http-sms.ts';
import { createWebPush } from './adapters/web-push/web-push.ts';
import { createSignedWebhook } from './adapters/webhook-http/signed-webhook.ts';
import { placeOf } from './backup.ts';
import type { PushChannel } from './channel-ports.ts';
import type { CloudConfig } from './config.ts';
import type { MessageRules } from './core/messages/outbox.ts';
import { letterLinks } from './http/letter-links.ts';
import { printedReportOf } from './http/views/printed-report.ts';
import type { MessageDeps } from './pipelines/send-messages.ts';
import type { sendWebhooks } from './pipelines/send-webhooks.ts';
import type { Clock, Random, Records } from './ports.ts';

/** When messages leave, as configured. */
export const messageRulesOf = ({ messages }: CloudConfig): MessageRules => ({
  collectMs: messages.collectMin * minuteMs,
  lettersPerDay: messages.lettersPerDay,
  quiet: { from: messages.quietFrom, to: messages.quietTo },
});

/** What sends messages to contacts; undefined where there is no way to. */
export const messengerOf = (
  { config, clock, random, log }: { config: CloudConfig; clock: Clock; random: Random; log: Logger },
  records: Records,
): (MessageDeps & { readonly parts: readonly Part[] }) | undefined => {
  const { smtpUrl, from, publicUrl, smsUrl, smsToken, homeCountry } = config.messages;
  const mail = smtpUrl && from ? createSmtpMail({ url: smtpUrl, from }) : undefined;
  const sms = smsUrl && smsToken ? createHttpSms({ url: smsUrl, token: smsToken }) : undefined;
  if (!mail && !sms) return undefined;
  return {
    ...{ records, clock, random, log, homeCountry },
    tellsIntegrator: config.messages.webhookUrl !== undefined,
    publicUrl: publicUrl ?? '',
    ...(mail ? { mail } : {}),
    ...(sms ? { sms } : {}),
    parts: mail ? [mail] : [],
    rules: messageRulesOf(config),
    links: letterLinks({ records, clock, wallNow: Date.now, random }),
    printReport: async (lookup, visit, language) => printReport(await printedReportOf(lookup, visit, language)),
  };
};

/** Web push to technicians; undefined where a push service would have nobody to ask. */
export const pushOf = (config: CloudConfig): PushChannel | undefined => {
  const { publicUrl, from, pushServices: services } = config.messages;
  const address = /[^\s<]+@[^\s>]+/.exec(from ?? '')?.[0];
  const subject = publicUrl?.startsWith('https:') ? publicUrl : address && `mailto:${address}`;
  return subject ? createWebPush({ dir: placeOf(config, 'push'), subject, services }) : undefined;
};

/** What tells an integrator's server; undefined where there is none. */
export const webhookOf = (
  { config, clock, log }: { config: CloudConfig; clock: Clock; log: Logger },
  records: Records,
): Parameters<typeof sendWebhooks>[0] | undefined => {
  const { webhookUrl: url, webhookSecret: secret } = config.messages;
  return url && secret
    ? { records, clock, log, webhook: createSignedWebhook({ url, secret, wallNow: Date.now }) }
    : undefined;
};
