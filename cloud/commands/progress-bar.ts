const barWidth = 30;

/** Draws on a terminal, and only there, how far the work is: a share from 0 to 1, and what is known so far. */
export const drawBar = (share: number, text = ''): void => {
  if (!process.stderr.isTTY) return;
  const full = Math.round(share * barWidth);
  const bar = `${'#'.repeat(full)}${'.'.repeat(barWidth - full)} ${Math.round(100 * share)} %`;
  process.stderr.write(`\r${bar} ${text}\u001b[K${share >= 1 ? '\n' : ''}`);
};
