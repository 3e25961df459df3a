/** A two-way stream of bytes to a bus. One user at a time; it reconnects only when asked to. */
export interface ByteLink {
  /** Returns at once when open. @throws LINK_DOWN */
  open(): Promise<void>;
  write(bytes: Uint8Array): void;
  /** The one listener to what comes in; undefined throws it away. */
  onData(listener: ((bytes: Uint8Array) => void) | undefined): void;
  /** The one listener to the end of an open link, however it ends. */
  onClosed(listener: (() => void) | undefined): void;
  /** Throws away the connection and what is on its way; the next `open` makes a new one. */
  drop(): Promise<void>;
}
