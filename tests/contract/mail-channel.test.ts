import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import type { Mail } from '@kuluma/cloud/channel-ports.ts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SmtpInbox } from '../smtp-inbox.ts';

const inbox = new SmtpInbox();
const mail: Mail = {
  id: 'msg_00000000000000000000000001',
  to: 'essi@example.com',
  subject: 'Käyttöpään laakeri',
  text: 'Ensimmäinen rivi\n\nToinen',
  html: '<p>Ensimmäinen rivi</p><p>Toinen</p>',
  stopUrl: 'https://service.example.com/stop/secret',
};
let channel: ReturnType<typeof createSmtpMail>;

afterAll(() => inbox.stop());
beforeEach(async () => {
  await inbox.start();
  inbox.manner = 'take';
  inbox.mails.length = 0;
  channel = createSmtpMail({ url: inbox.url(), from: 'Huolto <service@example.com>', timeoutMs: 20_000 });
  return () => channel.stop();
});

describe('a letter over SMTP', () => {
  it('arrives as text and HTML, under its own Message-ID, with the way to stop it', async () => {
    await channel.send(mail);
    const [got] = inbox.mails;
    expect(got?.to).toBe('essi@example.com');
    expect(got?.headers.get('message-id')).toBe('<msg_00000000000000000000000001@example.com>');
    expect(got?.headers.get('list-unsubscribe')).toBe('<https://service.example.com/stop/secret>');
    expect(got?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(got?.body).toContain('Ensimmäinen rivi\r\n\r\nToinen');
    expect(got?.body).toContain('<p>Toinen</p>');
  });

  it('brings a calendar file along', async () => {
    await channel.send({ ...mail, calendar: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' });
    expect(inbox.mails[0]?.body).toMatch(/content-type: text\/calendar; charset=utf-8; method=PUBLISH/i);
  });

  it.each([
    ['refused for ever by the server', { refuse: 550, at: 'recipient' }, 'MESSAGE_REFUSED'],
    ['refused for ever when it was read', { refuse: 554, at: 'data' }, 'MESSAGE_REFUSED'],
    ['not taken for the moment', { refuse: 451, at: 'data' }, 'MESSAGE_UNAVAILABLE'],
    ['taken or not, nobody knows, when the line is lost after the data', 'dieAfterData', 'MESSAGE_UNKNOWN'],
  ] as const)('is %s', async (_, manner, code) => {
    inbox.manner = manner;
    const message = expect.not.stringContaining('essi@example.com');
    await expect(channel.send(mail)).rejects.toMatchObject({ code, message });
  });

  it('waits while nobody listens, and leaves by the same channel once somebody does', async () => {
    await inbox.stop();
    await expect(channel.send(mail)).rejects.toMatchObject({ code: 'MESSAGE_UNAVAILABLE' });
    await inbox.start();
    await channel.send(mail);
    expect(inbox.mails).toHaveLength(1);
  });

  it('waits while the server takes connections and says nothing', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const waiting = createSmtpMail({ url: `smtp://127.0.0.1:${port}`, from: 'service@example.com', timeoutMs: 100 });
    await expect(waiting.send(mail)).rejects.toMatchObject({ code: 'MESSAGE_UNAVAILABLE' });
    await waiting.stop();
    mute.close();
  });
});
