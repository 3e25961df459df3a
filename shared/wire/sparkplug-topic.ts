/** Topics of Sparkplug B: `spBv1.0/{group}/{message type}/{edge node}[/{device}]`, and the state of a host application. */
export const sparkplugRoot = 'spBv1.0';

/** What an edge node publishes. */
export const nodeMessageTypes = ['NBIRTH', 'NDEATH', 'NDATA', 'DBIRTH', 'DDEATH', 'DDATA'] as const;
/** What a host application publishes to it. */
export const commandTypes = ['NCMD', 'DCMD'] as const;
export type NodeMessageType = (typeof nodeMessageTypes)[number];
export type CommandType = (typeof commandTypes)[number];

/** The two words that name an edge node in its infrastructure. */
export interface EdgeNodeName {
  readonly group: string;
  readonly node: string;
}

export interface SparkplugTopic<T extends string = NodeMessageType | CommandType> extends EdgeNodeName {
  readonly type: T;
  /** Of the message types that begin with a D, and only of those. */
  readonly device?: string;
}

/** A group, node or device id that can stand in a topic. */
export const isSparkplugId = (text: string): boolean => text !== '' && !/[+#/\0]/.test(text);

export const sparkplugTopicOf = ({ group, type, node, device }: SparkplugTopic): string =>
  [sparkplugRoot, group, type, node, ...(device === undefined ? [] : [device])].join('/');

/** Retained JSON `{ online, timestamp }` of a host application. */
export const hostStateTopic = (hostId: string): string => `${sparkplugRoot}/STATE/${hostId}`;

/** What an edge node subscribes to in order to be commanded; `#` takes the devices in. */
export const commandFilters = ({ group, node }: EdgeNodeName): string[] =>
  commandTypes.flatMap((type) => {
    const topic = sparkplugTopicOf({ group, type, node });
    return [topic, `${topic}/#`];
  });

/** Whether an edge node may listen to this: commands to itself and its devices, and the state of hosts. */
export const isNodeFilter = (filter: string): boolean => {
  const [root, group = '', type, node = '', ...rest] = filter.split('/');
  if (root !== sparkplugRoot) return false;
  if (group === 'STATE') return type !== undefined && node === '' && rest.length === 0;
  return commandTypes.some((t) => t === type) && isSparkplugId(group) && isSparkplugId(node) && rest.length <= 1;
};

/** The parts of a topic to or from an edge node, or undefined for any other text. */
export const parseSparkplugTopic = (topic: string): SparkplugTopic | undefined => {
  const [root, group, word, node, device, ...rest] = topic.split('/');
  const type = [...nodeMessageTypes, ...commandTypes].find((t) => t === word);
  if (root !== sparkplugRoot || !type || rest.length > 0) return undefined;
  if (!group || !node || !isSparkplugId(group) || !isSparkplugId(node)) return undefined;
  if (type.startsWith('N')) return device === undefined ? { group, type, node } : undefined;
  return device && isSparkplugId(device) ? { group, type, node, device } : undefined;
};

/** True for what an edge node publishes; false for a command to it. */
export const isFromNode = (topic: SparkplugTopic): topic is SparkplugTopic<NodeMessageType> =>
  nodeMessageTypes.some((type) => type === topic.type);
