import { expect, it } from 'vitest';
import { mapLink } from './map-link.ts';

const boilerRoom = { latitude: 60.17, longitude: 24.94 };

it('opens the map that the phone has, at the site and under its name', () => {
  expect(mapLink(boilerRoom, 'Lämpö & Oy', 'Mozilla/5.0 (Linux; Android 16)')).toBe(
    'geo:60.17,24.94?q=60.17,24.94(L%C3%A4mp%C3%B6%20%26%20Oy)',
  );
  expect(mapLink(boilerRoom, 'Lämpö', 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)')).toMatch(
    /^maps:\/\/\?daddr=60\.17,24/,
  );
});
