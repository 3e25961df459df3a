/** A visit as a calendar shows it. Times in epoch ms. */
export interface CalendarEntry {
  /** The same for ever, so that a later version takes the place of an earlier one. */
  readonly uid: string;
  /** Rises with each change. */
  readonly sequence: number;
  readonly madeAtMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly summary: string;
  readonly place: string;
  readonly isCancelled: boolean;
  /** In whose name the time was agreed: what others send to (RFC 5546) names it. */
  readonly organizer?: { readonly name: string; readonly email: string };
}

const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

const quoted = (text: string): string => text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');

const mostOctets = 75;
const octetsOf = (sign: string): number => {
  const code = sign.codePointAt(0) as number;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
};

/** Cuts a line into pieces of at most 75 octets, never within a character. */
const folded = (line: string): string => {
  let text = '';
  let octets = 0;
  for (const sign of line) {
    const more = octetsOf(sign);
    if (octets + more > mostOctets) {
      text += '\r\n ';
      octets = 1;
    }
    text += sign;
    octets += more;
  }
  return text;
};

const linesOf = (entry: CalendarEntry): string[] => {
  const { uid, sequence, madeAtMs, startMs, endMs, summary, place, isCancelled, organizer } = entry;
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${utc(madeAtMs)}`,
    `DTSTART:${utc(startMs)}`,
    `DTEND:${utc(endMs)}`,
    `SUMMARY:${quoted(summary)}`,
    `LOCATION:${quoted(place)}`,
    ...(organizer ? [`ORGANIZER;CN="${organizer.name.replace(/["\r\n]/g, '')}":mailto:${organizer.email}`] : []),
    `STATUS:${isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
  ];
};

/** Source: RFC 5545, sections 3.1 (folding), 3.3.11 (text) and 3.6.1 (event). */
const fileOf = (head: readonly string[], entries: readonly CalendarEntry[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kuluma//visit//EN',
    ...head,
    ...entries.flatMap(linesOf),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');

/** The entry as an iCalendar file. */
export const calendarFile = (entry: CalendarEntry): string =>
  fileOf([`METHOD:${entry.isCancelled ? 'CANCEL' : 'PUBLISH'}`], [entry]);

/** A calendar that is fetched now and then and shown as it stands. Source: RFC 7986, sections 5.1 and 5.7. */
export const calendarFeed = (name: string, entries: readonly CalendarEntry[]): string =>
  fileOf(
    [
      `NAME:${quoted(name)}`,
      `X-WR-CALNAME:${quoted(name)}`,
      'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
      'X-PUBLISHED-TTL:PT15M',
    ],
    entries,
  );
