import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  commandFilters,
  isFromNode,
  isNodeFilter,
  isSparkplugId,
  nodeMessageTypes,
  parseSparkplugTopic,
  sparkplugTopicOf,
} from './sparkplug-topic.ts';

const id = fc.string({ minLength: 1 }).filter(isSparkplugId);

it('reads every topic back that it writes', () => {
  fc.assert(
    fc.property(
      id,
      id,
      id,
      fc.constantFrom(...nodeMessageTypes, 'NCMD' as const, 'DCMD' as const),
      (group, node, device, type) => {
        const topic = { group, type, node, ...(type.startsWith('D') ? { device } : {}) };
        expect(parseSparkplugTopic(sparkplugTopicOf(topic))).toEqual(topic);
      },
    ),
  );
});

it.each([
  'spBv1.0/plant/NDATA',
  'spBv1.0/plant/NDATA/',
  'spBv1.0//NDATA/node',
  'spBv1.0/plant/NDATA/node/device',
  'spBv1.0/plant/DDATA/node',
  'spBv1.0/plant/DDATA/node/',
  'spBv1.0/plant/DDATA/node/device/more',
  'spBv1.0/plant/OTHER/node',
  'spBv1.0/STATE/host',
  'spAv1.0/plant/NDATA/node',
  'kuluma/v1/org/gwy/live',
  '',
])('knows "%s" for no topic of an edge node', (topic) => {
  expect(parseSparkplugTopic(topic)).toBeUndefined();
});

it('tells what a node says from what it is told', () => {
  const said = ['NBIRTH', 'NCMD'] as const;
  expect(said.map((type) => isFromNode({ group: 'g', type, node: 'n' }))).toEqual([true, false]);
});

it('lets a node listen to its commands and the state of hosts, and to nothing else', () => {
  const own = [...commandFilters({ group: 'plant', node: 'n' }), 'spBv1.0/plant/DCMD/n/pump', 'spBv1.0/STATE/kuluma'];
  expect(own.filter((filter) => !isNodeFilter(filter))).toEqual([]);
  const others = [
    '#',
    'spBv1.0/#',
    'spBv1.0/+/NCMD/n',
    'spBv1.0/plant/NCMD/+',
    'spBv1.0/plant/NCMD/#',
    'spBv1.0/plant/+/n',
    'spBv1.0/plant/DDATA/n/pump',
    'spBv1.0/plant/NBIRTH/n',
    'spBv1.0/STATE',
    '$share/x/spBv1.0/plant/NCMD/n',
  ];
  expect(others.filter(isNodeFilter)).toEqual([]);
});
