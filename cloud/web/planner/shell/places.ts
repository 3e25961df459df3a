import {
  type Icon,
  IconActivityHeartbeat,
  IconBuildingFactory,
  IconCalendarWeek,
  IconChartDots3,
  IconListCheck,
  IconMessage,
  IconSettings,
  IconSunrise,
} from '@tabler/icons-react';
import type { MessageKey } from '../../parts/words.ts';

/** A place of the rail: what stands at `owns` belongs to it; `g`, then `key` leads there. */
export interface Place {
  readonly to: '/today' | '/decisions' | '/cases' | '/board' | '/fleet' | '/models' | '/set-up' | '/status';
  readonly owns: readonly string[];
  readonly key: string;
  readonly name: MessageKey;
  readonly icon: Icon;
}

export const places = [
  { to: '/today', owns: ['today'], key: 't', name: 'place.today', icon: IconSunrise },
  {
    to: '/decisions',
    owns: ['decisions', 'incidents', 'contracts'],
    key: 'd',
    name: 'place.decisions',
    icon: IconListCheck,
  },
  { to: '/cases', owns: ['cases'], key: 'c', name: 'place.cases', icon: IconMessage },
  { to: '/board', owns: ['board'], key: 'b', name: 'place.board', icon: IconCalendarWeek },
  { to: '/fleet', owns: ['fleet', 'machines'], key: 'f', name: 'place.fleet', icon: IconBuildingFactory },
  { to: '/models', owns: ['models'], key: 'm', name: 'place.models', icon: IconChartDots3 },
  { to: '/set-up', owns: ['set-up'], key: 's', name: 'place.setUp', icon: IconSettings },
  { to: '/status', owns: ['status', 'gateways'], key: 'i', name: 'place.status', icon: IconActivityHeartbeat },
] as const satisfies readonly Place[];

/** The place that an address belongs to; undefined on an address that nothing stands at. */
export const placeAt = (pathname: string): Place | undefined => {
  const first = pathname.split('/')[1] ?? '';
  return places.find(({ owns }) => (owns as readonly string[]).includes(first));
};
