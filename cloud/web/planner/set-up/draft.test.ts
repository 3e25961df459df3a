import { describe, expect, it } from 'vitest';
import { entryOf, faultAt, faultsBelow, faultsOf, newDraft } from './draft.ts';

describe('what is sent of a form', () => {
  it('has names in all languages, the Finnish one where none was given, and no spaces around', () => {
    const draft = { ...newDraft('parts', null, { timeZone: 'Europe/Helsinki', language: 'fi' }), number: ' K-1 ' };
    expect(entryOf('parts', { ...draft, name: { fi: 'Laakeri', sv: '', en: 'Bearing' } })).toMatchObject({
      number: 'K-1',
      name: { fi: 'Laakeri', sv: 'Laakeri', en: 'Bearing' },
    });
  });
});

describe('what the service says', () => {
  const faults = faultsOf({
    faults: [
      { path: '/body/entry/componentTypes/1/code', message: 'too short', code: 'x' },
      { path: '/headers/if-match', message: 'missing' },
    ],
  });

  it('is what was found first of a field that has several faults', () => {
    const path = '/body/entry/alarmLimit';
    const several = faultsOf({
      faults: [
        { path, message: 'must be number', code: 'notNumber' },
        { path, message: 'must match a schema in anyOf', code: 'wrongKind' },
      ],
    });
    expect(faultAt(several, 'alarmLimit')?.code).toBe('notNumber');
  });

  it('stands at its field and at whatever the field is part of', () => {
    expect(faultAt(faults, 'componentTypes')).toEqual({ message: 'too short', code: 'x' });
    expect(faultAt(faults, 'component')).toBeUndefined();
    expect(faultAt(faultsBelow(faults, 'componentTypes/1'), 'code')).toEqual({ message: 'too short', code: 'x' });
    expect(faultsBelow(faults, 'componentTypes/0').size).toBe(0);
  });
});
