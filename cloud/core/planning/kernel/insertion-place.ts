/** Where a visit fits best in a route: what it adds to the cost of the route (infinite if nowhere), and the node before it. */
export interface Insertion {
  added: number;
  after: number;
}

export const createInsertion = (): Insertion => ({ added: Number.POSITIVE_INFINITY, after: -1 });
