import 'leaflet/dist/leaflet.css';
import './fleet-map.css';
import { frame, landRings } from 'virtual:base-map';
import {
  control,
  divIcon,
  type LatLngBoundsLiteral,
  type Map as LeafletMap,
  layerGroup,
  map,
  marker,
  polygon,
} from 'leaflet';
import { useEffect, useRef } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { type Site, type SiteGroup, siteGroups } from './site-groups.ts';

const cellPx = 40;
const markSize: [number, number] = [34, 26];

const bounds: LatLngBoundsLiteral = [
  [frame.south, frame.west],
  [frame.north, frame.east],
];

const titleOf = (words: Words, { sites, machines, healthGrade }: SiteGroup): string => {
  const grade = words.t(`grade.${healthGrade}`);
  const [first] = sites;
  return sites.length === 1 && first
    ? words.t('fleet.mapSite', { site: first.name, grade, machines })
    : words.t('fleet.mapSites', { sites: sites.length, grade, machines });
};

const boundsOf = (sites: readonly Site[]): LatLngBoundsLiteral =>
  sites.map(({ location }): [number, number] => [location.latitude, location.longitude]);

const createMap = (element: HTMLElement, words: Words): LeafletMap => {
  const made = map(element, { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 11, zoomSnap: 0.5 });
  polygon(
    landRings.map((ring) => [ring.map(([longitude, latitude]): [number, number] => [latitude, longitude])]),
    { interactive: false, noClip: true },
  ).addTo(made);
  control.zoom({ zoomInTitle: words.t('fleet.mapIn'), zoomOutTitle: words.t('fleet.mapOut') }).addTo(made);
  control.attribution({ prefix: false }).addAttribution(words.t('fleet.mapSource')).addTo(made);
  return made;
};

/** Sites as marks with their worst grade and the number of their machines; those that would meet are one mark. */
export const FleetMap = ({ sites, onChoose }: { sites: readonly Site[]; onChoose: (siteId: string) => void }) => {
  const words = useWords();
  const element = useRef<HTMLDivElement>(null);
  const shown = useRef<LeafletMap>(null);
  const latest = useRef({ sites, onChoose });
  useEffect(() => {
    latest.current = { sites, onChoose };
  });

  useEffect(() => {
    if (!element.current) return;
    const made = createMap(element.current, words);
    shown.current = made;
    made.fitBounds(latest.current.sites.length > 0 ? boundsOf(latest.current.sites) : bounds, {
      padding: [32, 32],
      maxZoom: 7,
      animate: false,
    });
    const resized = new ResizeObserver(() => made.invalidateSize({ animate: false }));
    resized.observe(element.current);
    return () => {
      resized.disconnect();
      shown.current = null;
      made.remove();
    };
  }, [words]);

  useEffect(() => {
    const made = shown.current;
    if (!made) return;
    const marks = layerGroup().addTo(made);
    const draw = () => {
      marks.clearLayers();
      const place = ({ location }: Site) => made.project([location.latitude, location.longitude]);
      for (const group of siteGroups(sites, cellPx, place)) {
        const [first] = group.sites;
        if (!first) continue;
        const html = document.createElement('span');
        html.className = `site-mark ${group.healthGrade}`;
        html.textContent = words.number(group.machines);
        marker([first.location.latitude, first.location.longitude], {
          icon: divIcon({ html, className: '', iconSize: markSize }),
          title: titleOf(words, group),
        })
          .on('click', () => {
            if (group.sites.length === 1) latest.current.onChoose(first.siteId);
            else made.fitBounds(boundsOf(group.sites), { padding: [32, 32], maxZoom: made.getZoom() + 3 });
          })
          .addTo(marks);
      }
    };
    draw();
    made.on('zoomend', draw);
    return () => {
      made.off('zoomend', draw);
      marks.remove();
    };
  }, [sites, words]);

  return (
    <section className="fleet-map" aria-label={words.t('fleet.map')}>
      <div ref={element} />
    </section>
  );
};
