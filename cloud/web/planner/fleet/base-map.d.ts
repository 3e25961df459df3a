declare module 'virtual:base-map' {
  /** Degrees. */
  export const frame: { readonly west: number; readonly south: number; readonly east: number; readonly north: number };
  /** Land as rings of [longitude, latitude]; borders of countries are rings too. */
  export const landRings: readonly (readonly (readonly [longitude: number, latitude: number])[])[];
}
