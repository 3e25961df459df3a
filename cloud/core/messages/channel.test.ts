import { describe, expect, it } from 'vitest';
import { dispatchOf, phoneNumberOf } from './channel.ts';
import { contactPreference, message } from './fixtures/messages.ts';

const both = { email: true, sms: true, homeCountry: '+358', hasOpenOffer: false };
const contact = { email: 'essi@example.com', phone: '040 123 4567' };
const sms = [contactPreference({ channel: 'sms' })];
const wayOf = (...args: Parameters<typeof dispatchOf>) => {
  const way = dispatchOf(...args);
  return typeof way === 'string' ? way : `${way.channel} ${way.to} ${way.messages.length}`;
};

describe('a phone number', () => {
  it.each([
    ['040 123 4567', '+358401234567'],
    ['+358 (40) 123-4567', '+358401234567'],
    ['0046 70 123 45 67', '+46701234567'],
    ['1234', undefined],
    ['kotona', undefined],
  ])('%s is %s', (text, number) => {
    expect(phoneNumberOf(text, '+358')).toBe(number);
  });
});

describe('the way of a message', () => {
  it('is e-mail, or a text message for those who want it', () => {
    expect(wayOf([message()], contact, [], both)).toBe('email essi@example.com 1');
    expect(wayOf([message()], contact, sms, both)).toBe('sms +358401234567 1');
    expect(wayOf([message()], { ...contact, email: '' }, [], both)).toBe('sms +358401234567 1');
    expect(wayOf([message()], contact, sms, { ...both, sms: false })).toBe('email essi@example.com 1');
  });

  it('is e-mail for what does not go into one text message or would make an answer mean two things', () => {
    expect(wayOf([message(), message()], contact, sms, both)).toBe('email essi@example.com 2');
    expect(wayOf([message()], contact, sms, { ...both, hasOpenOffer: true })).toBe('email essi@example.com 1');
  });

  it('without an e-mail address is one text message after the other', () => {
    const phoneOnly = { ...contact, email: '' };
    expect(wayOf([message(), message()], phoneOnly, sms, both)).toBe('sms +358401234567 1');
    expect(wayOf([message()], phoneOnly, sms, { ...both, hasOpenOffer: true })).toBe('later');
    const booked = message({ template: 'booked' });
    expect(wayOf([booked], phoneOnly, sms, { ...both, hasOpenOffer: true })).toBe('sms +358401234567 1');
  });

  it('stays what it was in the first attempt', () => {
    const begun = message({ channel: 'sms', attempts: 1, letterId: 'msg_1' });
    expect(wayOf([begun], contact, [], { ...both, hasOpenOffer: true })).toBe('sms +358401234567 1');
  });

  it('is none without a number and an address', () => {
    expect(wayOf([message()], { email: '', phone: 'kotona' }, sms, both)).toBe('noAddress');
  });
});
