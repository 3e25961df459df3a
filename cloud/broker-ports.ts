import type { DownChannel, UpChannel } from '@kuluma/shared/model/topics.ts';
import type { NodeMessageType, SparkplugTopic } from '@kuluma/shared/wire/sparkplug-topic.ts';
import type { GatewayProof } from './core/access/ways-in.ts';
import type { KnownGateway } from './ports.ts';

/** A gateway that has just proved who it is. */
export interface SignedInGateway extends KnownGateway {
  /** The hash of its token, or the fingerprint of its certificate. */
  readonly wayIn: string;
}

/** A message from a gateway that proved who it is, on a topic of its own. */
export interface GatewayMessage extends KnownGateway {
  readonly channel: UpChannel;
  readonly payload: Uint8Array;
  /** False once nobody waits for the acknowledgement any more. */
  isWanted(): boolean;
}

/** A message of a Sparkplug B edge node behind a gateway that is known. */
export interface EdgeNodeMessage {
  readonly gateway: KnownGateway;
  readonly topic: SparkplugTopic<NodeMessageType>;
  readonly payload: Uint8Array;
  /** False once the node is gone. */
  isWanted(): boolean;
  /** To the edge node, if it listens. */
  command(topic: string, payload: Uint8Array): Promise<void>;
}

/** What a broker asks and tells. */
export interface BrokerHandlers {
  /** Who connects with this gateway id and proof; undefined turns it away. */
  identify(gatewayId: string, proof: GatewayProof): Promise<SignedInGateway | undefined>;
  /** The gateway of that id, where it is the broker that lets gateways in. */
  find(gatewayId: string): Promise<KnownGateway | undefined>;
  /** Resolves when the message may be acknowledged; after a rejection the gateway has to send it again. */
  take(message: GatewayMessage): Promise<void>;
  /** To be called with the messages of one edge node in the order in which they came, without waiting between. */
  takeFromNode(message: EdgeNodeMessage): Promise<void>;
  /** A gateway published where it may not. */
  trespassed(gatewayId: string): void;
  /** The gateway listens to one of its channels down from now on. */
  subscribed(gateway: KnownGateway): void;
}

/** Where gateways publish, and hear of us. */
export interface GatewayBroker {
  /** Of the broker, once started. */
  url(): string;
  /** To the gateway if it listens at this moment; with `keep` also whenever it begins to, until the next is kept. */
  send(to: KnownGateway, channel: DownChannel, payload: string, keep: boolean): Promise<void>;
  /** Ends the connections of a gateway that signed in by none of these (`SignedInGateway.wayIn`). */
  dismiss(gatewayId: string, waysIn: readonly string[]): void;
  /** Who is connected now, where it is this broker that lets gateways in. */
  connected(): readonly SignedInGateway[];
}
