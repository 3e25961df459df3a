/** Codes of ISO 14224, as forms offer them. */
export const failureModes: readonly string[] = [
  ...['VIB', 'OHE', 'ELP', 'ELU', 'INL', 'NOI', 'BRD', 'LOO', 'FTS', 'STP', 'UST', 'PDE', 'AIR', 'PLU', 'STD', 'SER'],
];
