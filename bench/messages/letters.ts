import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { startMs } from '../../tests/contract/http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from '../../tests/contract/http-world.ts';
import { SmtpInbox } from '../../tests/smtp-inbox.ts';
import type { Bench } from '../bench.ts';

/** The same offer for `count` contacts, each with a message that waits. */
const copyFor = async (
  { records, deps: { random } }: World,
  { organisationId }: Tenant,
  count: number,
): Promise<void> => {
  const [offer] = await records.list('offer', organisationId);
  const [message] = await records.list('message', organisationId);
  const [contact] = await records.list('contact', organisationId);
  const [consent] = await records.list('consent', organisationId);
  if (!offer || !message || !contact || !consent) throw new Error('the offer left no message');
  const origin = { organisationId, createdBy: offer.createdBy, nowMs: offer.createdAtMs, random };
  await records.transact(async (tx) => {
    for (let n = 1; n < count; n++) {
      const contactId = freshBase('contact', origin).id;
      const copy = { ...offer, ...freshBase('offer', origin), contactId };
      await tx.insert('contact', { ...contact, id: contactId, email: `contact-${n}@example.com` });
      await tx.insert('consent', { ...consent, ...freshBase('consent', origin), contactId });
      await tx.insert('offer', copy);
      await tx.insert('message', { ...message, ...freshBase('message', origin), contactId, offerId: copy.id });
    }
  });
};

const depsOf = ({ deps }: World, inbox: SmtpInbox): MessageDeps => ({
  records: deps.records,
  clock: deps.clock,
  random: deps.random,
  log: deps.log,
  rules: deps.messageRules,
  mail: createSmtpMail({ url: inbox.url(), from: 'service@example.com', timeoutMs: 5_000 }),
  homeCountry: deps.homeCountry,
  publicUrl: 'https://service.example.com',
  links: letterLinks(deps),
});

/** Letters to as many contacts, while the mail server is killed three times and once dies with a letter in its hands. */
export const letters: Bench = async ({ full }) => {
  const count = full ? 10_000 : 1_000;
  const inbox = new SmtpInbox();
  await inbox.start();
  const world = await createWorld();
  world.time.nowMs = startMs - (startMs % dayMs) + 8 * hourMs;
  try {
    const tenant = await world.tenant({ machines: 1, technicians: 1 });
    await approveOffer(tenant);
    await copyFor(world, tenant, count);
    const deps = depsOf(world, inbox);
    const kills = new Set([0.2, 0.5, 0.8].map((share) => Math.round(share * count)));
    const watch = setInterval(() => {
      const due = [...kills].find((at) => inbox.mails.length >= at);
      if (due === undefined) return;
      kills.delete(due);
      if (kills.size === 1) inbox.manner = 'dieAfterData';
      else void inbox.stop();
    }, 5);
    const beganMs = performance.now();
    for (let round = 0; round < 200; round++) {
      await sendMessages(deps, tenant.organisationId);
      const left = await world.records.list('message', tenant.organisationId, { where: { state: 'waiting' } });
      if (left.length === 0) break;
      inbox.manner = 'take';
      await inbox.start();
      world.time.nowMs += minuteMs;
    }
    const seconds = (performance.now() - beganMs) / 1000;
    clearInterval(watch);
    const messages = await world.records.list('message', tenant.organisationId);
    const arrived = Map.groupBy(inbox.mails, ({ headers }) => headers.get('message-id') ?? '');
    const copiesOf = (letterId: string | null) => arrived.get(`<${letterId}@example.com>`)?.length ?? 0;
    const lost = messages.filter(({ letterId }) => copiesOf(letterId) === 0).length;
    const doubled = messages.filter(({ letterId, isAmbiguous }) => copiesOf(letterId) > 1 && !isAmbiguous).length;
    const ambiguous = messages.filter(({ isAmbiguous }) => isAmbiguous).length;
    return [
      {
        what: `${count} letters queued, the SMTP server killed and restarted in mid-run`,
        toReach: '10,000: 0 lost, 0 doubled but those recorded as ambiguous',
        measured: `${lost} lost, ${doubled} doubled, ${ambiguous} ambiguous; ${Math.round(count / seconds)} letters/s`,
        met: lost === 0 && doubled === 0,
        figures: { letters: count, lost, doubled, ambiguous, lettersPerSecond: count / seconds },
      },
    ];
  } finally {
    await world.stop();
    await inbox.stop();
  }
};
