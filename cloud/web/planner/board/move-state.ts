import { cheapestPlace, type Place, type PlaceBook, placeNear, walkPlaces } from './places.ts';

/** Moving one entry, by pointer or by keyboard: the same states, the same end. */
export type MoveState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'moving';
      readonly entryId: string;
      readonly by: 'pointer' | 'keyboard';
      /** Null until the service has told all places. */
      readonly book: PlaceBook | null;
      /** Where it would land; null over something impossible. */
      readonly place: Place | null;
      /** Where the pointer is, over whatever. */
      readonly aim: Aim;
    };

export interface Aim {
  readonly technicianId: string;
  readonly startMs: number;
}

export type MoveEvent =
  | { readonly kind: 'pickUp'; readonly entryId: string; readonly by: 'pointer' | 'keyboard'; readonly from: Aim }
  | { readonly kind: 'placesKnown'; readonly entryId: string; readonly book: PlaceBook }
  | { readonly kind: 'aimAt'; readonly aim: Aim }
  | {
      readonly kind: 'step';
      readonly key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
      readonly wide: boolean;
      readonly technicianIds: readonly string[];
    }
  | { readonly kind: 'toCheapest'; readonly technicianIds: readonly string[] }
  | { readonly kind: 'drop' }
  | { readonly kind: 'cancel' };

/** What a drop decides: an entry and a possible place, to be committed. */
export interface Drop {
  readonly entryId: string;
  readonly place: Place;
  readonly mark: number;
}

export const idle: MoveState = { kind: 'idle' };

/** How far a drop may jump to the nearest possible start. */
export const reachMs = 45 * 60_000;

const landing = (book: PlaceBook, aim: Aim): Place | null => placeNear(book, aim.technicianId, aim.startMs, reachMs);

/** The keyboard begins at the possible place nearest to where the entry stands, wherever that is. */
const firstStop = (book: PlaceBook, aim: Aim): Place | null =>
  placeNear(book, aim.technicianId, aim.startMs, Number.POSITIVE_INFINITY) ??
  cheapestPlace(book, [...book.byTechnician.keys()]);

const aimOf = (place: Place): Aim => ({ technicianId: place.technicianId, startMs: place.startMs });

/** The next state; what does not belong to the present one changes nothing. */
export const nextMove = (state: MoveState, event: MoveEvent): MoveState => {
  if (state.kind === 'idle')
    return event.kind === 'pickUp'
      ? { kind: 'moving', entryId: event.entryId, by: event.by, book: null, place: null, aim: event.from }
      : state;
  switch (event.kind) {
    case 'pickUp':
      return state;
    case 'placesKnown': {
      if (event.entryId !== state.entryId) return state;
      const place = state.by === 'pointer' ? landing(event.book, state.aim) : firstStop(event.book, state.aim);
      return { ...state, book: event.book, place, aim: state.by === 'keyboard' && place ? aimOf(place) : state.aim };
    }
    case 'aimAt':
      return { ...state, aim: event.aim, place: state.book && landing(state.book, event.aim) };
    case 'step': {
      if (!state.book || !state.place) return state;
      const place = walkPlaces(state.book, event.technicianIds, state.place, event.key, event.wide);
      return { ...state, place, aim: aimOf(place) };
    }
    case 'toCheapest': {
      const place = state.book && cheapestPlace(state.book, event.technicianIds);
      return place ? { ...state, place, aim: aimOf(place) } : state;
    }
    case 'drop':
    case 'cancel':
      return idle;
  }
};

/** What dropping now would commit; null where nothing can be put. */
export const dropOf = (state: MoveState): Drop | null =>
  state.kind === 'moving' && state.place && state.book
    ? { entryId: state.entryId, place: state.place, mark: state.book.mark }
    : null;
