/** One time axis for all charts of the machine; instants in epoch ms. */
export interface TimeAxis {
  readonly fromMs: number;
  readonly nowMs: number;
  readonly toMs: number;
  readonly timeZone: string;
}
