/** Where a link is found once it is open. */
export interface ReadyLink {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** One open link of the simulator. */
export interface OpenLink {
  readonly ready: ReadyLink;
  close(): Promise<void>;
}
