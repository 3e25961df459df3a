import { type ExchangeKind, runExchanges } from '../../tests/e2e/exchange-rig.ts';
import type { Bench, Row } from '../bench.ts';

const timeoutMs = 100;
/** Serial lines cost half a second for each exchange that fails, so most exchanges are on TCP. */
const shares: Readonly<Record<ExchangeKind, { share: number; lanes: number }>> = {
  'modbus-tcp': { share: 0.8, lanes: 64 },
  'modbus-rtu': { share: 0.1, lanes: 24 },
  'modbus-rtu-over-tcp': { share: 0.1, lanes: 64 },
};

/** Reads through a proxy that does to replies what bad lines do; each value is checked. */
export const exchanges: Bench = async ({ full }) => {
  const rows: Row[] = [];
  for (const [kind, { share, lanes }] of Object.entries(shares) as [ExchangeKind, (typeof shares)[ExchangeKind]][]) {
    const wanted = (full ? 1e6 : 1e5) * share;
    const {
      wrong,
      good,
      failed,
      exchanges: done,
      faults,
    } = await runExchanges(kind, { exchanges: wanted, lanes, timeoutMs });
    rows.push({
      what: `${done} exchanges through a faulty ${kind} line, time-out ${timeoutMs} ms`,
      toReach: '0 wrong values',
      measured: `${wrong} wrong, ${good} right, ${failed} failed`,
      met: wrong === 0 && good > done / 2,
      figures: { exchanges: done, wrong, good, failed, ...Object.fromEntries(faults) },
    });
  }
  return rows;
};
