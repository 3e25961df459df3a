/**
 * Where a visit fits best in a route: what it adds to the cost of the route (infinite if nowhere), the node before it,
 * and which of its windows that is.
 */
export interface Insertion {
  added: number;
  after: number;
  window: number;
  /** True where the stock of a depot decides: what other routes take may change it. */
  depends: boolean;
  /** True where none was found below a limit, but there may be one above it. */
  cut: boolean;
}

export const createInsertion = (): Insertion => ({
  added: Number.POSITIVE_INFINITY,
  after: -1,
  window: 0,
  depends: false,
  cut: false,
});

/** What a route costs, and the nodes before its new visit and before its stop at the depot, -1 for none. */
export interface Placed {
  cost: number;
  visitAfter: number;
  depotAfter: number;
}
