import { isValid } from '@kuluma/shared/model/validate.ts';
import { Type } from 'typebox';

/** Retained by the broker under the topic of the host's state. */
const HostState = Type.Object({ online: Type.Boolean(), timestamp: Type.Integer({ minimum: 0 }) });

const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
};

/** Whether the host application is there without which an edge node is to be silent (Sparkplug 3.0.0, section 5.8). */
export class PrimaryHost {
  #isOnline: boolean;
  #toldMs = 0;
  #wake: () => void = () => undefined;

  /** @param isNeeded false where the node speaks whoever listens */
  constructor(isNeeded: boolean) {
    this.#isOnline = !isNeeded;
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** A host that connects anew may be followed by the will of its earlier connection: the later time counts. */
  take(payload: Uint8Array): void {
    const state = jsonOf(payload);
    if (!isValid(HostState, state) || state.timestamp < this.#toldMs) return;
    this.#toldMs = state.timestamp;
    this.#isOnline = state.online;
    this.#wake();
  }

  /** Returns early when `signal` aborts. */
  async untilOnline(signal: AbortSignal): Promise<void> {
    while (!this.#isOnline && !signal.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
  }
}
