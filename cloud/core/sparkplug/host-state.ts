/** Under this name edge nodes find us where they have a primary host. */
export const hostId = 'kuluma';

/** What a host application keeps under the topic of its state (Sparkplug 3.0.0, section 6.4.27). */
export const hostState = (online: boolean, timestamp: number): string => JSON.stringify({ online, timestamp });
