/** The only place where an MQTT topic is spelled: `kuluma/v1/{organisationId}/{gatewayId}/{channel}`. */
export const topicRoot = 'kuluma/v1';

/** Up: what a gateway publishes. The channel is the lane; a record of class `live` that waited long goes by `history`. */
export const upChannels = ['alarm', 'live', 'history', 'state'] as const;
/** Down: what a gateway may subscribe to. */
export const downChannels = ['config', 'pace', 'snapshot', 'kept', 'certificate'] as const;
export type UpChannel = (typeof upChannels)[number];
export type DownChannel = (typeof downChannels)[number];
/** The logs of a gateway, each of which numbers its own records. */
export const sampleClasses = ['alarm', 'live', 'history'] as const;
export type SampleClass = (typeof sampleClasses)[number];

export const topicOf = (organisationId: string, gatewayId: string, channel: UpChannel | DownChannel): string =>
  `${topicRoot}/${organisationId}/${gatewayId}/${channel}`;

export interface ParsedTopic {
  readonly organisationId: string;
  readonly gatewayId: string;
  readonly channel: UpChannel | DownChannel;
}

/** The parts of a topic of ours, or undefined for any other text. */
export const parseTopic = (topic: string): ParsedTopic | undefined => {
  const [root, version, organisationId, gatewayId, channel, ...rest] = topic.split('/');
  if (`${root}/${version}` !== topicRoot || rest.length > 0 || !organisationId || !gatewayId) return undefined;
  const known = [...upChannels, ...downChannels].find((c) => c === channel);
  return known ? { organisationId, gatewayId, channel: known } : undefined;
};
