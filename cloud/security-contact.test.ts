import { describe, expect, it } from 'vitest';
import { loadCloudConfig } from './config.ts';
import { checkSecurityContact, securityContactOf } from './security-contact.ts';

const configOf = (securityTxt: string) => loadCloudConfig({ env: { KULUMA_CLOUD_SECURITY_TXT: securityTxt } });
const named = '{ contacts: ["mailto:security@example.com"], validUntilOn: 2027-06-30 }';

describe('whom weaknesses are told to', () => {
  it('is nobody unless configured, and then with the last day on which that is true', () => {
    expect(securityContactOf(loadCloudConfig({ env: {} }))).toBeUndefined();
    expect(securityContactOf(configOf(named))).toMatchObject({ validUntilOn: '2027-06-30' });
    for (const wrong of [
      '{ contacts: ["mailto:security@example.com"] }',
      '{ contacts: ["security@example.com"], validUntilOn: 2027-06-30 }',
      '{ contacts: ["mailto:security@example.com"], validUntilOn: 2027-02-30 }',
    ])
      expect(() => configOf(wrong), wrong).toThrow();
  });

  it('is told by the doctor a month before it ends', () => {
    const at = (day: string) => checkSecurityContact(configOf(named), Date.parse(day)).map(({ ok }) => ok);
    expect(at('2027-05-30')).toEqual([true]);
    expect(at('2027-06-02')).toEqual([false]);
    expect(checkSecurityContact(loadCloudConfig({ env: {} }), 0)).toEqual([]);
  });
});
