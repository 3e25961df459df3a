import { seededRandom } from '@kuluma/shared/clock.ts';
import { type SparkplugMetric, sparkplugTypes } from '@kuluma/shared/wire/sparkplug.ts';
import { nodeMessageTypes } from '@kuluma/shared/wire/sparkplug-topic.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { EdgeNode, mostMetrics, type NodeMessage } from './edge-node.ts';

const { Double, Int64 } = sparkplugTypes;
const startMs = 1_790_000_000_000;

let node: EdgeNode;
let nowMs: number;
let seq: number;
beforeEach(() => {
  node = new EdgeNode();
  nowMs = startMs;
  seq = 0;
});

const bdSeq = (value: number): SparkplugMetric => ({
  name: 'bdSeq',
  datatype: Int64,
  value: { kind: 'long', value: BigInt(value) },
});
const double = (value: number, rest: SparkplugMetric = {}): SparkplugMetric => ({
  timestampMs: nowMs,
  value: { kind: 'double', value },
  ...rest,
});
const named = (name: string, alias: number, value: number, rest: SparkplugMetric = {}) =>
  double(value, { name, alias, datatype: Double, ...rest });

const take = (type: NodeMessage['type'], metrics: SparkplugMetric[], rest: Partial<NodeMessage> = {}) =>
  node.take({ type, payload: { timestampMs: nowMs, seq: seq++ % 256, metrics }, receivedAtMs: nowMs, ...rest });
const nbirth = (metrics: SparkplugMetric[] = [], session = 0) => {
  seq = 0;
  return take('NBIRTH', [
    bdSeq(session),
    { name: 'Node Control/Rebirth', value: { kind: 'boolean', value: false } },
    ...metrics,
  ]);
};
const device = 'pump';
const dbirth = (...metrics: SparkplugMetric[]) => take('DBIRTH', metrics, { device });
const ddata = (...metrics: SparkplugMetric[]) => take('DDATA', metrics, { device });
const ndeath = (session: number) =>
  node.take({ type: 'NDEATH', payload: { metrics: [bdSeq(session)] }, receivedAtMs: nowMs });
const valuesOf = ({ samples }: ReturnType<typeof take>) => samples.map(({ metric, value }) => [metric.name, value]);
const counts = () => Object.fromEntries(node.counts);

describe('births and data', () => {
  it('gives the values of births and data under the names of their aliases', () => {
    expect(valuesOf(nbirth([named('cabinet', 1, 30)]))).toEqual([['cabinet', 30]]);
    expect(valuesOf(dbirth(named('speed', 2, 1480), named('vibration/rms', 3, 2.5)))).toHaveLength(2);
    nowMs += 1000;
    const { samples, asksRebirth } = ddata(double(2.6, { alias: 3 }));
    expect(asksRebirth).toBe(false);
    expect(samples).toEqual([
      {
        metric: { name: 'vibration/rms', device, datatype: Double, unit: undefined, lastSampledAtMs: nowMs },
        sampledAtMs: nowMs,
        value: 2.6,
        quality: 'good',
        isHistorical: false,
      },
    ]);
    expect(valuesOf(take('NDATA', [double(31, { alias: 1 })]))).toEqual([['cabinet', 31]]);
  });

  it('keeps equal names of node and devices apart', () => {
    nbirth([named('temperature', 1, 30)]);
    dbirth(named('temperature', 2, 70));
    expect([...node.metrics].map((m) => [m.device, m.name])).toEqual([
      [undefined, 'temperature'],
      [device, 'temperature'],
    ]);
  });

  it('takes a value that a birth tells again only once, and a new one at once', () => {
    nbirth();
    dbirth(named('a', 1, 5), named('b', 2, 6));
    const bornMs = nowMs;
    nowMs += 10_000;
    ddata(double(7, { alias: 2 }));
    nbirth();
    const again = dbirth(named('a', 1, 5, { timestampMs: bornMs }), named('b', 2, 8, { timestampMs: nowMs + 1 }));
    expect(valuesOf(again)).toEqual([['b', 8]]);
    expect(counts()).toMatchObject({ repeated: 1, samples: 4 });
  });

  it('takes historical values out of order and lets the present stand', () => {
    nbirth();
    dbirth(named('a', 1, 5));
    const late = ddata(double(4, { alias: 1, timestampMs: startMs - 3_600_000, isHistorical: true }));
    expect(late.samples).toMatchObject([{ sampledAtMs: startMs - 3_600_000, isHistorical: true, value: 4 }]);
    expect(node.devices).toEqual([{ name: device, isAlive: true, lastSampledAtMs: startMs }]);
  });

  it('tells qualities, and doubts a code that it does not know', () => {
    nbirth();
    const codes = [undefined, 192, 0, 500, 64];
    const birth = dbirth(...codes.map((quality, i) => named(`m${i}`, i, 1, quality === undefined ? {} : { quality })));
    expect(birth.samples.map((s) => s.quality)).toEqual(['good', 'good', 'bad', 'stale', 'uncertain']);
  });

  it('counts what is no sample, by its reason', () => {
    nbirth();
    dbirth(named('a', 1, 5), { name: 'text', alias: 2, value: { kind: 'notNumeric' } });
    const answer = node.take({
      type: 'DDATA',
      device,
      receivedAtMs: nowMs,
      payload: {
        seq: seq++,
        metrics: [
          { alias: 1, value: { kind: 'double', value: 1 } },
          { alias: 1, isNull: true },
          double(1, { alias: 1, isTransient: true }),
          double(1, { alias: 1, timestampMs: 2 ** 60 }),
          double(1, { alias: 9 }),
          double(1),
          { ...double(1, { alias: 1 }), value: { kind: 'int', value: 1 } },
        ],
      },
    });
    expect(answer).toEqual({ samples: [], asksRebirth: false });
    expect(counts()).toEqual({ samples: 1, notNumeric: 2, noTime: 2, null: 1, transient: 1, unknownAlias: 2 });
  });

  it('believes neither metric of an alias that was given twice', () => {
    nbirth();
    dbirth(named('a', 1, 5), named('b', 1, 6), named('c', 2, 7));
    expect(valuesOf(ddata(double(1, { alias: 1 }), double(2, { alias: 2 })))).toEqual([['c', 2]]);
  });

  it('remembers so many devices and no more', () => {
    nbirth();
    for (let i = 0; i < 1005; i++) take('DBIRTH', [named('a', i, 1)], { device: `d${i}` });
    expect(node.devices).toHaveLength(1000);
    expect(counts()).toMatchObject({ samples: 1000, tooMany: 5 });
  });

  it('remembers so many metrics and no more', () => {
    nbirth();
    const flood = Array.from({ length: mostMetrics + 5 }, (_, i) => double(1, { name: `m${i}` }));
    expect(ddata(...flood).samples).toHaveLength(mostMetrics);
    expect(counts()).toMatchObject({ tooMany: 5 });
  });
});

describe('deaths', () => {
  it('leaves node and devices dead at the death of the present connection', () => {
    nbirth([], 7);
    dbirth(named('a', 1, 5));
    ndeath(6);
    expect([node.isAlive, counts()['lateDeaths']]).toEqual([true, 1]);
    ndeath(7);
    expect([node.isAlive, node.devices]).toEqual([false, [{ name: device, isAlive: false, lastSampledAtMs: startMs }]]);
  });

  it('counts a death that names no connection', () => {
    nbirth();
    node.take({ type: 'NDEATH', payload: { metrics: [] }, receivedAtMs: nowMs });
    expect([node.isAlive, counts()['malformed']]).toEqual([true, 1]);
  });

  it('leaves one device dead, and the others alive', () => {
    nbirth();
    dbirth(named('a', 1, 5));
    take('DBIRTH', [named('a', 2, 5)], { device: 'fan' });
    take('DDEATH', [], { device });
    expect(node.devices.map((d) => [d.name, d.isAlive])).toEqual([
      [device, false],
      ['fan', true],
    ]);
    expect(take('DDATA', [double(1, { alias: 2 })], { device: 'fan' })).toMatchObject({ asksRebirth: false });
    expect(ddata(double(1, { alias: 1 }))).toEqual({ samples: [], asksRebirth: true });
  });

  it('holds devices dead after a birth of their node until their own', () => {
    nbirth();
    dbirth(named('a', 1, 5));
    nbirth([], 1);
    expect(node.devices).toMatchObject([{ isAlive: false }]);
    expect(ddata(double(6, { alias: 1 }))).toEqual({ samples: [], asksRebirth: true });
  });
});

describe('asking for a rebirth', () => {
  it('asks at the first data of a node that it does not know', () => {
    expect(take('NDATA', [double(1, { alias: 1 })])).toEqual({ samples: [], asksRebirth: true });
    expect(counts()).toEqual({ unborn: 1, unknownAlias: 1, rebirthRequests: 1 });
  });

  it('takes what names itself from a node that it does not know', () => {
    expect(valuesOf(ddata(double(1, { name: 'a' }), double(2, { name: 'b', datatype: Double })))).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('asks after a gap, and not again for a while', () => {
    nbirth();
    dbirth(named('a', 1, 5));
    seq++;
    expect(ddata(double(6, { alias: 1 })).asksRebirth).toBe(true);
    const asked: number[] = [];
    for (let s = 1; s <= 200; s++) {
      nowMs = startMs + s * 1000;
      if (ddata(double(6, { alias: 1 })).asksRebirth) asked.push(s);
    }
    expect(asked).toEqual([5, 15, 35, 75, 135, 195]);
    nbirth();
    seq++;
    expect(ddata().asksRebirth).toBe(true);
    nbirth();
    seq++;
    nowMs += 4999;
    expect(ddata().asksRebirth).toBe(false);
    nowMs++;
    expect(ddata().asksRebirth).toBe(true);
  });

  it('goes over 255 to 0, and takes a message that comes twice, without asking', () => {
    nbirth();
    dbirth(named('a', 1, 5));
    for (let i = 0; i < 600; i++) expect(ddata(double(i, { alias: 1 })).asksRebirth).toBe(false);
    seq--;
    expect(ddata(double(599, { alias: 1 }))).toMatchObject({ asksRebirth: false, samples: [{ value: 599 }] });
  });

  it('keeps what came after a gap until a rebirth confirms its alias', () => {
    nbirth();
    dbirth(named('a', 1, 5), named('b', 2, 5));
    nowMs += 1000;
    seq++;
    expect(ddata(double(6, { alias: 1 }), double(7, { alias: 2 })).samples).toEqual([]);
    nbirth();
    nowMs += 1000;
    const reborn = dbirth(named('a', 1, 8), named('c', 2, 9));
    expect(valuesOf(reborn)).toEqual([
      ['a', 6],
      ['a', 8],
      ['c', 9],
    ]);
    expect(counts()).toMatchObject({ unknownAlias: 1, seqGaps: 1 });
  });

  it('forgets what waited when the node connected anew', () => {
    nbirth([], 1);
    dbirth(named('a', 1, 5));
    seq++;
    ddata(double(6, { alias: 1 }));
    nbirth([], 2);
    nowMs += 1000;
    expect(valuesOf(dbirth(named('a', 1, 8)))).toEqual([['a', 8]]);
  });
});

it('never gives a value to the wrong metric, whatever is lost of QoS 0', () => {
  const names = ['a', 'b', 'c', 'd'];
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 0.5, noNaN: true }), (seed, lossShare) => {
      node = new EdgeNode();
      const random = seededRandom(seed);
      let session = 0;
      let aliases = [0, 1, 2, 3];
      let delivered = 0;
      /** The value names its metric. */
      const metric = (i: number) => double(i * 1000 + Math.floor(random() * 1000), { alias: aliases[i] as number });
      const send = (type: NodeMessage['type'], metrics: SparkplugMetric[], rest: Partial<NodeMessage> = {}) => {
        nowMs++;
        const payload = { timestampMs: nowMs, seq: seq++ % 256, metrics };
        if (random() < lossShare) return;
        const answer = node.take({ type, payload, receivedAtMs: nowMs, ...rest });
        for (const s of answer.samples) expect(s.metric.name).toBe(names[Math.floor(s.value / 1000)]);
        delivered += answer.samples.length;
        if (answer.asksRebirth) bear();
      };
      const bear = () => {
        seq = 0;
        send('NBIRTH', [bdSeq(session)]);
        send(
          'DBIRTH',
          names.map((name, i) => ({ ...metric(i), name, datatype: Double })),
          { device },
        );
      };
      const connect = () => {
        // The will is of QoS 1. Nothing else tells a new connection whose births were lost from the one before.
        ndeath(session++);
        aliases = aliases
          .map((alias) => ({ alias, at: random() }))
          .sort((x, y) => x.at - y.at)
          .map(({ alias }) => alias);
        bear();
      };
      connect();
      for (let i = 0; i < 100; i++) {
        nowMs += 1000;
        if (random() < 0.05) connect();
        else
          send(
            'DDATA',
            names.map((_, m) => metric(m)),
            { device },
          );
      }
      if (lossShare === 0) expect(delivered).toBeGreaterThan(400);
    }),
    { numRuns: 200 },
  );
});

it('takes whatever a node says, in whatever order, and gives samples that the wire can carry', () => {
  const someMetric = fc.record(
    {
      name: fc.constantFrom('', 'a', 'b', 'bdSeq', 'Node Control/Rebirth'),
      alias: fc.oneof(fc.nat(3), fc.constant(2n ** 63n)),
      timestampMs: fc.constantFrom(0, startMs, 2 ** 60),
      datatype: fc.nat(34),
      isHistorical: fc.boolean(),
      isNull: fc.boolean(),
      isTransient: fc.boolean(),
      quality: fc.constantFrom(0, 192, 500, 7),
      value: fc.constantFrom<NonNullable<SparkplugMetric['value']>>(
        { kind: 'double', value: 1 },
        { kind: 'double', value: Number.NaN },
        { kind: 'int', value: 2 ** 32 - 1 },
        { kind: 'long', value: 2n ** 64n - 1n },
        { kind: 'boolean', value: true },
        { kind: 'notNumeric' },
      ),
    },
    { requiredKeys: [] },
  );
  const someMessage = fc.record(
    {
      type: fc.constantFrom(...nodeMessageTypes),
      device: fc.constantFrom('pump', 'fan'),
      seq: fc.oneof(fc.nat(4), fc.constantFrom(255, 256, 2 ** 60)),
      timestampMs: fc.constantFrom(0, startMs, 2 ** 60),
      metrics: fc.array(someMetric, { maxLength: 4 }),
    },
    { requiredKeys: ['type', 'metrics'] },
  );
  fc.assert(
    fc.property(fc.array(someMessage, { maxLength: 30 }), (messages) => {
      const fresh = new EdgeNode();
      for (const [i, { type, device: of, ...payload }] of messages.entries()) {
        const answer = fresh.take({
          type,
          payload,
          receivedAtMs: startMs + i,
          ...(of === undefined ? {} : { device: of }),
        });
        for (const { sampledAtMs, metric } of answer.samples) {
          expect(sampledAtMs).toBeLessThanOrEqual(8.64e15);
          expect(['a', 'b']).toContain(metric.name);
        }
        expect(fresh.devices.every(({ isAlive }) => fresh.isAlive || !isAlive)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
