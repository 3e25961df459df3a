import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { describe, expect, it } from 'vitest';
import { createLookup } from '../../pipelines/lookup.ts';
import { otherNames } from '../../pipelines/refusal-tally.ts';
import type { RecordReader, RefusalReason } from '../../ports.ts';
import { statusViewOf } from './status.ts';

const random = seededRandom(1);
const organisationId = newId('organisation', random);
const gatewayOf = (owner: string) =>
  ({
    id: newId('gateway', random),
    organisationId: owner,
    siteId: newId('site', random),
    name: owner,
  }) as RecordOf<'gateway'>;
const own = gatewayOf(organisationId);
const foreign = gatewayOf(newId('organisation', random));
const all = [own, foreign];

/** The two gateways and nothing else. */
const reader = {
  get: async () => undefined,
  list: async (kind: string, owner: string) =>
    kind === 'gateway' ? all.filter((gateway) => gateway.organisationId === owner) : [],
  count: async () => 0,
  newestOfEach: async () => [],
  findMachines: async () => [],
  naming: async () => [],
} as RecordReader;
const records = { findGateway: async (id: string) => all.find((gateway) => gateway.id === id) };

const refusal = (gatewayId: string, reason: RefusalReason, messages: number, lastAtMs: number) => ({
  gatewayId,
  reason,
  messages,
  samples: 0,
  lastAtMs,
});

const statusOf = (refusals: ReturnType<typeof refusal>[]) =>
  statusViewOf(records, createLookup(reader, organisationId), {
    jobs: [],
    samplesStored: 0,
    batchesStored: 0,
    duplicates: 0,
    refusals,
    gateways: [],
    lanes: [],
    waysGuessed: [],
  });

describe('statusViewOf', () => {
  it('shows the refusals of the own gateways, and never those of another organisation', async () => {
    const status = await statusOf([refusal(own.id, 'unknownPoint', 2, 10), refusal(foreign.id, 'foreignTopic', 3, 10)]);
    expect(status.gateways.map(({ refusals }) => refusals)).toEqual([
      [{ reason: 'unknownPoint', messages: 2, samples: 0, lastAt: isoOf(10) }],
    ]);
    expect(status.refusals).toEqual([]);
  });

  it("sums the refusals of senders that are nobody's gateway by reason", async () => {
    const status = await statusOf([
      refusal(newId('gateway', random), 'unknownGateway', 2, 30),
      refusal(otherNames, 'unknownGateway', 5, 20),
    ]);
    expect(status.refusals).toEqual([{ reason: 'unknownGateway', messages: 7, samples: 0, lastAt: isoOf(30) }]);
  });
});
