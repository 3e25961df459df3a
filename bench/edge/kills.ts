import { type CampaignOptions, type CampaignResult, runCampaign } from '../../tests/e2e/fault-campaign.ts';
import type { Bench, Row } from '../bench.ts';

const rowOf = (broker: CampaignOptions['broker'], kills: CampaignOptions['kills'], result: CampaignResult): Row => {
  const { lost, doubled, wrong, unexplained, accepted, read, missing, seconds } = result;
  const parts = Object.entries(kills).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  const where = broker === 'embedded' ? 'broker within the cloud' : 'mosquitto that persists nothing';
  return {
    what: `kill -9 at random, ${where} (${parts.join(', ')})`,
    toReach: '0 lost of what was accepted, 0 counted twice, every other sample read within a gap record',
    measured:
      `${lost} lost of ${accepted} accepted, ${doubled} twice, ${wrong} wrong; ` +
      `${missing} of ${read} read never kept, ${unexplained} of them without a gap; ${seconds.toFixed(0)} s`,
    met: lost + doubled + wrong + unexplained === 0,
    figures: { ...result },
  };
};

/** Agent, broker and cloud die at random while samples flow; then the raw store is held against what was read. */
export const kills: Bench = async ({ full }) => {
  const times = full ? 10 : 1;
  const campaigns: CampaignOptions[] = [
    { seed: 1, broker: 'embedded', kills: { agent: 40 * times, cloud: 40 * times, broker: 0 } },
    { seed: 2, broker: 'mosquitto', kills: { agent: 10 * times, cloud: 5 * times, broker: 5 * times } },
  ];
  const rows: Row[] = [];
  for (const options of campaigns) rows.push(rowOf(options.broker, options.kills, await runCampaign(options)));
  return rows;
};
