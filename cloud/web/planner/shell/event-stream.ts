/** One message of a `text/event-stream`. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Takes a stream apart that comes in pieces cut anywhere.
 * Source: HTML Living Standard, 9.2.6 "Interpreting an event stream"; ids and retry times are not used here.
 */
export const createEventParser = (heard: (event: StreamEvent) => void): ((piece: string) => void) => {
  let rest = '';
  let event = 'message';
  let data: string[] = [];
  const takeLine = (line: string) => {
    if (line === '') {
      if (data.length > 0) heard({ event, data: data.join('\n') });
      event = 'message';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  };
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line.replace(/\r$/, ''));
  };
};

/** The pieces of one stream, until it breaks or `signal` ends it; a broken link is an end, and no error. */
const piecesOf = async function* (
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    const response = await fetch(path, {
      credentials: 'same-origin',
      headers: { accept: 'text/event-stream', ...headers },
      signal,
    });
    if (!response.ok || !response.body) return;
    // It stands, though nothing came yet.
    yield '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } catch (error) {
    // What fetch says of a link that broke, or was ended; anything else is a fault of ours.
    if (!(error instanceof TypeError) && !(error instanceof DOMException)) throw error;
  }
};

/**
 * Listens until `signal` ends it, and again after each break, ever more slowly. Over `fetch`, because EventSource can send
 * no header that says whose page asks.
 * @param linked told with every change: whether the stream stands
 */
export const listen = async (
  path: string,
  headers: Record<string, string>,
  on: { readonly heard: (event: StreamEvent) => void; readonly linked: (isLinked: boolean) => void },
  signal: AbortSignal,
): Promise<void> => {
  for (let pauseMs = 500; !signal.aborted; pauseMs = Math.min(15_000, pauseMs * 2)) {
    const parse = createEventParser(on.heard);
    let stands = false;
    for await (const piece of piecesOf(path, headers, signal)) {
      if (!stands) on.linked(true);
      stands = true;
      pauseMs = 500;
      parse(piece);
    }
    if (signal.aborted) return;
    on.linked(false);
    await new Promise((done) => setTimeout(done, pauseMs));
  }
};
