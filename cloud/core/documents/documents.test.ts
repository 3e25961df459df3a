import { type Document, editionOn } from '@kuluma/shared/model/documents.ts';
import { describe, expect, it } from 'vitest';
import { documentsFor, pageOf, pictureAmong, type Wanted } from './for-machine.ts';
import { mediaTypeOf } from './media-type.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const subject = (fields: object) => ({
  machineModelId: null,
  machineId: null,
  componentCode: null,
  page: null,
  ...fields,
});
const ofPump = subject({ machineModelId: 'pump' });
const document = (title: string, fields: object = {}): Document =>
  ({
    ...{ title, kind: 'manual', audience: 'internal', subjects: [ofPump] },
    ...{ editions: [{ fileId: 'first', validFromOn: '2026-01-01' }], ...fields },
  }) as unknown as Document;
const wanted: Wanted = {
  ...{ machineId: 'P-07', machineModelId: 'pump', componentCode: null, today: '2026-06-01', forOwner: false },
};
const titles = (documents: Document[], more: Partial<Wanted> = {}) =>
  documentsFor(documents, { ...wanted, ...more }).map((one) => one.document.title);

describe('the kind of a file', () => {
  it('is told by its content', () => {
    expect(mediaTypeOf(text('%PDF-1.7\n1 0 obj\n%%EOF\n'))).toBe('application/pdf');
    expect(mediaTypeOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg');
    expect(mediaTypeOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toBe('image/png');
  });

  it('is none for a page of the web, for an empty file, and for a PDF that was cut off', () => {
    expect(mediaTypeOf(text('<!doctype html><script>%PDF</script>'))).toBeUndefined();
    expect(mediaTypeOf(new Uint8Array())).toBeUndefined();
    expect(mediaTypeOf(text(`%PDF-1.7\n${'x'.repeat(3000)}`))).toBeUndefined();
  });
});

describe('documents of a machine', () => {
  it('are those of its model and its own, not those of others, and none that was retired', () => {
    const own = document('own', { subjects: [subject({ machineId: 'P-07' })] });
    const other = document('other', { subjects: [subject({ machineModelId: 'fan' }), subject({ machineId: 'P-08' })] });
    const retired = document('retired', { endedAtMs: 1 });
    expect(titles([document('model'), other, retired, own])).toEqual(['own', 'model']);
  });

  it('come with those of the component first, then bulletins before manuals', () => {
    const seal = document('seal', { subjects: [subject({ machineModelId: 'pump', componentCode: 'seal', page: 12 })] });
    const bearing = document('bearing', { subjects: [{ ...ofPump, componentCode: 'bearing' }] });
    const bulletin = document('bulletin', { kind: 'bulletin' });
    expect(titles([document('manual'), bearing, bulletin, seal], { componentCode: 'seal' })).toEqual([
      'seal',
      'bulletin',
      'manual',
    ]);
  });

  it('open at the page of the component of the visit', () => {
    const subjects = [
      { ...ofPump, page: 3 },
      { ...ofPump, componentCode: 'seal', page: 12 },
    ];
    const [found] = documentsFor([document('manual', { subjects })], { ...wanted, componentCode: 'seal' });
    expect(found && pageOf(found, { ...wanted, componentCode: 'seal' })).toBe(12);
    expect(found && pageOf(found, wanted)).toBe(3);
  });

  it('of the company alone are not their owner’s', () => {
    expect(titles([document('ours'), document('yours', { audience: 'owner' })], { forOwner: true })).toEqual(['yours']);
  });

  it('have a picture: the newest of the machine itself, else of its model', () => {
    const picture = (title: string, validFromOn: string, subjects: object[] = [ofPump], more: object = {}) =>
      document(title, {
        kind: 'picture',
        subjects,
        editions: [{ fileId: title, validFromOn }],
        createdAtMs: 1,
        ...more,
      });
    const shown = (...documents: Document[]) => pictureAmong(documentsFor(documents, wanted))?.document.title;
    const ofMachine = [subject({ machineId: 'P-07' })];
    const old = picture('old', '2026-01-01');
    const newer = picture('newer', '2026-02-01');
    expect(shown(document('manual'), old, newer)).toBe('newer');
    expect(shown(old, picture('as old', '2026-01-01', [ofPump], { createdAtMs: 2 }))).toBe('as old');
    expect(shown(old, newer, picture('own', '2025-01-01', ofMachine))).toBe('own');
    expect(shown(old, picture('later', '2026-06-02'))).toBe('old');
    expect(shown(picture('seal', '2026-01-01', [{ ...ofPump, componentCode: 'seal' }]))).toBeUndefined();
    expect(shown(picture('other', '2026-01-01', [subject({ machineId: 'P-08' })]))).toBeUndefined();
  });

  it('begin with their first edition, and a later one takes its place on its day', () => {
    const editions = [
      { fileId: 'first', validFromOn: '2026-01-01' },
      { fileId: 'second', validFromOn: '2026-06-02' },
    ] as unknown as Document['editions'];
    expect(titles([document('manual', { editions })], { today: '2025-12-31' })).toEqual([]);
    expect(editionOn(editions, '2026-06-01')?.fileId).toBe('first');
    expect(editionOn(editions, '2026-06-02')?.fileId).toBe('second');
  });
});
