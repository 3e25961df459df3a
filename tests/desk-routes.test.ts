import { expect, it } from 'vitest';
import { deskRoutes, unvisited } from './desk-routes.ts';

it('finds the routes of the desk where its router has them', () => {
  expect(deskRoutes()).toEqual(expect.arrayContaining(['/today', '/set-up/$kind/new', '/machines/$machineId']));
});

it('takes a path for the route that says most of it', () => {
  const routes = ['/a/$id', '/a/new', '/a/$id/$part'];
  expect(unvisited(routes, ['/a/new?tab=1'])).toEqual(['/a/$id', '/a/$id/$part']);
  expect(unvisited(routes, ['/a/1', '/a/1/2'])).toEqual(['/a/new']);
});
