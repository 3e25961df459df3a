/** One fully connected layer. Weights stand row by row: one row for each input. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** A feed-forward network: every layer but the last ends in a rectifier, max(0, x). */
export type Network = readonly DenseLayer[];

/** What an output is taught: a number by its squared error, or the log-odds of 1 against 0. */
export type OutputLoss = 'squared' | 'logistic';

/** What to teach a network. Matrices are row-major; a target that is not known is NaN. */
export interface NetworkLesson {
  readonly inputs: Float32Array;
  readonly width: number;
  /** One number a row and output. */
  readonly targets: Float32Array;
  readonly losses: readonly OutputLoss[];
  /** Rows to learn from. */
  readonly rows: Int32Array;
  /** Rows to answer at each checkpoint. */
  readonly heldRows: Int32Array;
  /** Outputs of each hidden layer. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  /** Epochs after which to keep the network, rising. */
  readonly checkpoints: readonly number[];
  readonly batchRows: number;
  /** Of the first epoch; it falls to nothing along half a cosine. */
  readonly learningRate: number;
  /** Weight of the sum of squared weights in the loss. */
  readonly decay: number;
  readonly seed: number;
  /** On the clock of the job; training that is not done by then gives up. */
  readonly endMs: number;
}

/** A network at one checkpoint and its answers for the held rows, one number a row and output. */
export interface TaughtNetwork {
  readonly network: Network;
  readonly held: Float32Array;
}

/** Teaches networks; the same bytes for the same lesson on the same backend. */
export interface NetworkTeacher {
  readonly backend: string;
  /** One entry a checkpoint; fewer when the time was over. */
  teach(lesson: NetworkLesson, now: () => number): TaughtNetwork[];
}

/** What each layer puts out for one row, the outputs of the network last. */
const layersOf = (network: Network, input: ArrayLike<number>): Float64Array[] => {
  const layers: Float64Array[] = [];
  network.forEach(({ inputs, outputs, weights, bias }, l) => {
    const values = layers[l - 1] ?? input;
    const next = Float64Array.from(bias);
    for (let i = 0; i < inputs; i++) {
      const value = values[i] as number;
      if (value === 0) continue;
      const at = i * outputs;
      for (let o = 0; o < outputs; o++) next[o] = (next[o] as number) + value * (weights[at + o] as number);
    }
    if (l < network.length - 1) for (let o = 0; o < outputs; o++) next[o] = Math.max(0, next[o] as number);
    layers.push(next);
  });
  return layers;
};

/** The network's outputs for one row. */
export const runNetwork = (network: Network, input: ArrayLike<number>): Float64Array =>
  layersOf(network, input).at(-1) as Float64Array;

/** By how much the first output changes for each input at one row. */
export const slopesOf = (network: Network, input: ArrayLike<number>): Float64Array => {
  const layers = layersOf(network, input);
  let slopes = Float64Array.of(1);
  for (let l = network.length - 1; l >= 0; l--) {
    const { inputs, outputs, weights } = network[l] as DenseLayer;
    const from = layers[l - 1];
    const back = new Float64Array(inputs);
    for (let i = 0; i < inputs; i++) {
      // A rectifier that is shut lets nothing through.
      if (from && (from[i] as number) <= 0) continue;
      let sum = 0;
      for (let o = 0, at = i * outputs; o < slopes.length; o++, at++)
        sum += (weights[at] as number) * (slopes[o] as number);
      back[i] = sum;
    }
    slopes = back;
  }
  return slopes;
};

/** A network as JSON: the numbers of each layer, weights first, as little-endian floats in base64. */
export interface WrittenNetwork {
  /** Inputs, then the outputs of each layer. */
  readonly widths: readonly number[];
  readonly numbers: string;
}

export const writeNetwork = (network: Network): WrittenNetwork => {
  const numbers = network.flatMap(({ weights, bias }) => [...weights, ...bias]);
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [i, value] of numbers.entries()) view.setFloat32(4 * i, value, true);
  let text = '';
  for (let i = 0; i < view.byteLength; i++) text += String.fromCharCode(view.getUint8(i));
  return {
    widths: [network[0]?.inputs ?? 0, ...network.map(({ outputs }) => outputs)],
    numbers: btoa(text),
  };
};

export const readNetwork = ({ widths, numbers }: WrittenNetwork): Network => {
  const text = atob(numbers);
  const view = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));
  let at = 0;
  const take = (count: number) => Float32Array.from({ length: count }, () => view.getFloat32(4 * at++, true));
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l] as number;
    return { inputs, outputs, weights: take(inputs * outputs), bias: take(outputs) };
  });
};
