import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { FleetHistory } from '../core/history/fleet-history.ts';
import type { TrainingSummary } from '../core/model-life/training-summary.ts';
import type { TravelSource } from '../core/planning/region/travel-table.ts';
import type { Clock, Random, Records, TimeSeriesStore } from '../ports.ts';

/** Trained models, and what their trainings saw, as files named by their content. */
export interface ModelFiles {
  /** Keeps the model; the same model is kept once. `hash` is the SHA-256 of its bytes. */
  put(model: ForecastModel): Promise<{ file: string; hash: string }>;
  /** @throws INPUT_INVALID when the file is missing or its bytes are not those of its name; so do the others. */
  get(file: string): Promise<ForecastModel>;
  putSummary(summary: TrainingSummary): Promise<string>;
  getSummary(file: string): Promise<TrainingSummary>;
  putHistory(history: FleetHistory): Promise<string>;
  getHistory(file: string): Promise<FleetHistory>;
}

/** What the arrows between stages work with. Everything in product time. */
export interface PipelineDeps {
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  readonly models: ModelFiles;
  readonly travel: TravelSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly codeVersion: string;
}
