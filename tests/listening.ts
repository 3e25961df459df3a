import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A socket that waits for others: `tcp 127.0.0.1:8080`, `udp [::]:53`, `unix /path`. */
interface Listening {
  readonly pid: number;
  /** Its command line. */
  readonly program: string;
  readonly socket: string;
}

/** What may end at any moment: a process or a descriptor that is gone has nothing open. */
const unlessGone = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(code)) return otherwise;
    throw error;
  }
};

const textOf = (path: string): string => unlessGone(() => readFileSync(path, 'latin1'), '');

/** The process and all below it. */
const treeOf = (pid: number): number[] => {
  const threads = unlessGone(() => readdirSync(`/proc/${pid}/task`), []);
  const children = threads.flatMap((thread) => textOf(`/proc/${pid}/task/${thread}/children`).split(' '));
  return [pid, ...children.filter(Boolean).flatMap((child) => treeOf(Number(child)))];
};

const socketsOf = (pid: number): Set<string> => {
  const links = unlessGone(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
    unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
  );
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
};

/** proc(5): words of four bytes, each with its lowest byte first. */
const addressOf = (hex: string): string => {
  const bytes = [...hex.matchAll(/.{8}/g)].flatMap(([word]) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname;
};

/** State of a TCP socket that listens, and of a UDP socket that takes from anybody. */
const waits = { tcp: '0A', udp: '07' } as const;

const internetSockets = (pid: number): [inode: string, socket: string][] =>
  (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) => {
    const protocol = table.startsWith('tcp') ? 'tcp' : 'udp';
    const rows = textOf(`/proc/${pid}/net/${table}`).split('\n').slice(1);
    return rows.flatMap((row): [string, string][] => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      return state === waits[protocol]
        ? [[inode, `${protocol} ${addressOf(address)}:${Number.parseInt(port, 16)}`]]
        : [];
    });
  });

const unixSockets = (pid: number): [inode: string, socket: string][] =>
  textOf(`/proc/${pid}/net/unix`)
    .split('\n')
    .flatMap((row): [string, string][] => {
      const [, , , flags, , , inode = '', path = ''] = row.trim().split(/\s+/);
      return flags === '00010000' ? [[inode, `unix ${path}`]] : [];
    });

/** What a process and all that it started wait for others on, by the tables of the kernel (Linux). */
export const listeningOf = (pid: number): Listening[] => {
  const open = new Map([...internetSockets(pid), ...unixSockets(pid)]);
  return treeOf(pid).flatMap((one) => {
    const program = textOf(`/proc/${one}/cmdline`).replaceAll('\0', ' ').trim();
    return [...socketsOf(one)].flatMap((inode) => {
      const socket = open.get(inode);
      return socket === undefined ? [] : [{ pid: one, program, socket }];
    });
  });
};
