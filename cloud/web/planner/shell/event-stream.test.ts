import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventParser, type StreamEvent } from './event-stream.ts';

const parsed = (pieces: readonly string[]): StreamEvent[] => {
  const events: StreamEvent[] = [];
  const parse = createEventParser((event) => events.push(event));
  for (const piece of pieces) parse(piece);
  return events;
};

it('reads events with names, over lines and past comments', () => {
  const stream = ': hello\n\nevent: step\r\ndata: {"mark":1}\r\n\r\ndata: a\ndata:b\n\nevent: empty\n\ndata: cut off';
  expect(parsed([stream])).toEqual([
    { event: 'step', data: '{"mark":1}' },
    { event: 'message', data: 'a\nb' },
  ]);
});

it('reads the same however the stream is cut', () => {
  const events = fc.array(fc.record({ event: fc.constantFrom('step', 'plan'), data: fc.json({ maxDepth: 1 }) }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(events, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (sent, sizes) => {
      const text = sent.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('');
      const pieces: string[] = [];
      for (let at = 0; at < text.length; ) {
        const size = sizes.next().value as number;
        pieces.push(text.slice(at, at + size));
        at += size;
      }
      expect(parsed(pieces)).toEqual(sent);
    }),
  );
});
