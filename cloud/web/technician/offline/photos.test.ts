import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { describe, expect, it } from 'vitest';
import { type KeptPhoto, type PhotoStore, type SendPiece, sendPhotos } from './photos.ts';

const me = 'tec_me';
const photoOf = (fileId: string, size: number, technicianId = me): KeptPhoto => ({
  fileId,
  visitId: 'v1',
  technicianId,
  bytes: Uint8Array.from({ length: size }, (_, i) => i % 251).buffer,
  refusal: null,
});

class Kept implements PhotoStore {
  held: KeptPhoto[];
  constructor(...held: KeptPhoto[]) {
    this.held = held;
  }
  photos = async () => [...this.held];
  keepPhoto = async (photo: KeptPhoto) => {
    this.held = this.held.map((one) => (one.fileId === photo.fileId ? photo : one));
  };
  dropPhoto = async (fileId: string) => {
    this.held = this.held.filter((one) => one.fileId !== fileId);
  };
}

/** A service that keeps pieces in place, and falls silent after so many. */
const serviceOf = (answers: number) => {
  const got = new Map<string, Buffer>();
  let left = answers;
  const send: SendPiece = async ({ fileId }, { offset, size, base64 }) => {
    if (left-- <= 0) return { kind: 'away' };
    const before = got.get(fileId) ?? Buffer.alloc(0);
    const held = offset === before.length ? Buffer.concat([before, Buffer.from(base64, 'base64')]) : before;
    got.set(fileId, held);
    return { kind: 'done', receivedBytes: held.length, isComplete: held.length === size };
  };
  return { got, send, answerMore: (count: number) => (left = count) };
};

describe('photos on the phone', () => {
  it('go piece by piece, and on from where they stood when the link broke', async () => {
    const photo = photoOf('a', 300_000);
    const store = new Kept(photo);
    const service = serviceOf(2);
    expect(await sendPhotos(store, me, service.send)).toBe('away');
    expect(store.held).toHaveLength(1);
    service.answerMore(10);
    expect(await sendPhotos(store, me, service.send)).toBe('sent');
    expect(store.held).toEqual([]);
    expect(new Uint8Array(service.got.get('a') ?? [])).toEqual(new Uint8Array(photo.bytes));
  });

  it('that the service refuses stay, with its reason, and hold up no other', async () => {
    const problem: ProblemView = { code: 'INPUT_INVALID', message: '', faults: [], reference: 'r' };
    const store = new Kept(photoOf('a', 10), photoOf('b', 10), photoOf('c', 10, 'tec_other'));
    const send: SendPiece = async ({ fileId }) =>
      fileId === 'a' ? { kind: 'refused', problem } : { kind: 'done', receivedBytes: 10, isComplete: true };
    expect(await sendPhotos(store, me, send)).toBe('sent');
    expect(store.held.map(({ fileId, refusal }) => [fileId, refusal?.code])).toEqual([
      ['a', 'INPUT_INVALID'],
      ['c', undefined],
    ]);
  });
});
