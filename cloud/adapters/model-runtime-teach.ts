import { seededRandom } from '@kuluma/shared/clock.ts';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import type {
  DenseLayer,
  Network,
  NetworkLesson,
  OutputLoss,
  TaughtNetwork,
} from '../core/forecast/network/network.ts';

const adam = { firstMoment: 0.9, secondMoment: 0.999, least: 1e-7 } as const;

/**
 * Adam with squared weights in the loss, on plain arrays: tfjs's own sends some ten small operations a weight matrix to
 * the backend, which takes longer than the sums. Source: D. Kingma and J. Ba, Adam: a method for stochastic optimization
 * (2015), algorithm 1.
 */
const createAdam = (variables: readonly tf.Variable[], isDecayed: (variable: number) => boolean, decay: number) => {
  const weights = variables.map((variable) => Float32Array.from(variable.dataSync()));
  const first = weights.map(({ length }) => new Float32Array(length));
  const second = weights.map(({ length }) => new Float32Array(length));
  let steps = 0;
  return (gradients: tf.NamedTensorMap, learningRate: number): void => {
    steps++;
    const rate = (learningRate * Math.sqrt(1 - adam.secondMoment ** steps)) / (1 - adam.firstMoment ** steps);
    for (const [v, variable] of variables.entries()) {
      const [w, m, s] = [weights[v], first[v], second[v]] as [Float32Array, Float32Array, Float32Array];
      const gradient = (gradients[variable.name] as tf.Tensor).dataSync();
      const pull = isDecayed(v) ? 2 * decay : 0;
      for (let i = 0; i < w.length; i++) {
        const g = (gradient[i] as number) + pull * (w[i] as number);
        m[i] = adam.firstMoment * (m[i] as number) + (1 - adam.firstMoment) * g;
        s[i] = adam.secondMoment * (s[i] as number) + (1 - adam.secondMoment) * g * g;
        w[i] = (w[i] as number) - (rate * (m[i] as number)) / (Math.sqrt(s[i] as number) + adam.least);
      }
      variable.assign(tf.tensor(w, variable.shape));
    }
  };
};

const first = (tensor: tf.Tensor | tf.Tensor[]): tf.Tensor =>
  Array.isArray(tensor) ? (tensor[0] as tf.Tensor) : tensor;

const build = ({ width, hidden, losses, seed }: NetworkLesson): Sequential =>
  sequential({
    layers: [...hidden, losses.length].map((units, l) =>
      layers.dense({
        units,
        activation: l < hidden.length ? 'relu' : 'linear',
        kernelInitializer: initializers.heNormal({ seed: seed * 31 + l }),
        ...(l === 0 ? { inputShape: [width] } : {}),
      }),
    ),
  });

const networkOf = (model: Sequential): Network =>
  model.layers.map((layer): DenseLayer => {
    const [kernel, bias] = layer.getWeights() as [tf.Tensor, tf.Tensor];
    const [inputs, outputs] = kernel.shape as [number, number];
    return {
      inputs,
      outputs,
      weights: Float32Array.from(kernel.dataSync()),
      bias: Float32Array.from(bias.dataSync()),
    };
  });

/** The rows of a row-major matrix, one after the other. */
const gather = (matrix: Float32Array, width: number, rows: Int32Array): Float32Array => {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, n) => {
    out.set(matrix.subarray(row * width, (row + 1) * width), n * width);
  });
  return out;
};

/** Mean loss over the known targets of each output, summed over the outputs. */
const lossOf = (losses: readonly OutputLoss[], outputs: tf.Tensor, targets: Float32Array): tf.Scalar => {
  const width = losses.length;
  const known = targets.map((v) => (Number.isNaN(v) ? 0 : 1));
  const shape: [number, number] = [targets.length / width, width];
  const truth = tf.tensor2d(
    targets.map((v) => (Number.isNaN(v) ? 0 : v)),
    shape,
  );
  const counts = losses.map((_, o) => known.reduce((sum, one, i) => (i % width === o ? sum + one : sum), 0));
  const weight = tf.tensor2d(
    known.map((one, i) => one / Math.max(1, counts[i % width] as number)),
    shape,
  );
  const squared = tf.tensor1d(losses.map((loss) => (loss === 'squared' ? 1 : 0)));
  // Log loss of the log-odds x against y: softplus(x) - x y.
  const logistic = tf.sub(tf.softplus(outputs), tf.mul(outputs, truth));
  const each = losses.every((loss) => loss === 'squared')
    ? tf.squaredDifference(outputs, truth)
    : tf.add(tf.mul(squared, tf.squaredDifference(outputs, truth)), tf.mul(tf.sub(1, squared), logistic));
  return tf.sum(tf.mul(weight, each));
};

const shuffle = (values: Int32Array, random: () => number): void => {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
};

/** Teaches by minibatches. Source of the falling steps: I. Loshchilov and F. Hutter, SGDR (2017). */
export const teachNetwork = (lesson: NetworkLesson, now: () => number): TaughtNetwork[] => {
  const { inputs, width, targets, losses, decay, epochs, batchRows } = lesson;
  const model = build(lesson);
  const variables = model.layers.flatMap((layer) =>
    layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
  );
  // Each layer has its weights, then its bias.
  const update = createAdam(variables, (v) => v % 2 === 0, decay);
  const random = seededRandom(lesson.seed);
  const rows = Int32Array.from(lesson.rows);
  const steps = Math.max(1, Math.floor(rows.length / batchRows));
  const step = (batch: Int32Array, rate: number): void =>
    tf.tidy(() => {
      const x = tf.tensor2d(gather(inputs, width, batch), [batch.length, width]);
      const known = gather(targets, losses.length, batch);
      const lossNow = () => lossOf(losses, first(model.apply(x) as tf.Tensor), known);
      update(tf.variableGrads(lossNow, variables).grads, rate);
    });
  const heldInputs = gather(inputs, width, lesson.heldRows);
  const answers = (): Float32Array =>
    tf.tidy(() => {
      const x = tf.tensor2d(heldInputs, [lesson.heldRows.length, width]);
      return Float32Array.from(first(model.apply(x) as tf.Tensor).dataSync());
    });
  const taught: TaughtNetwork[] = [];
  for (let epoch = 0; epoch < epochs && now() < lesson.endMs; epoch++) {
    shuffle(rows, random);
    for (let s = 0; s < steps; s++) {
      const rate = (lesson.learningRate / 2) * (1 + Math.cos((Math.PI * (epoch * steps + s)) / (epochs * steps)));
      step(rows.subarray(s * batchRows, (s + 1) * batchRows), rate);
    }
    if (lesson.checkpoints.includes(epoch + 1)) taught.push({ network: networkOf(model), held: answers() });
  }
  model.dispose();
  return taught;
};
