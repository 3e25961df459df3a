import { seededRandom } from '@kuluma/shared/clock.ts';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import type { DenseLayer, Network, NetworkLesson, OutputLoss, TaughtNetwork } from '../core/forecast/network.ts';

/** Adam whose step changes as learning goes on. */
class PacedAdam extends tf.AdamOptimizer {
  pace(learningRate: number): void {
    this.learningRate = learningRate;
  }
}

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

/** Teaches by minibatches with Adam. Source: D. Kingma and J. Ba, Adam (2015); I. Loshchilov and F. Hutter, SGDR (2017) for the cosine. */
export const teachNetwork = (lesson: NetworkLesson, now: () => number): TaughtNetwork[] => {
  const { inputs, width, targets, losses, decay, epochs, batchRows } = lesson;
  const model = build(lesson);
  const variables = model.layers.map((layer) => layer.trainableWeights.map((weight) => weight.read() as tf.Variable));
  const optimizer = new PacedAdam(lesson.learningRate, 0.9, 0.999);
  const random = seededRandom(lesson.seed);
  const rows = Int32Array.from(lesson.rows);
  const steps = Math.max(1, Math.floor(rows.length / batchRows));
  const step = (batch: Int32Array): void =>
    tf.tidy(() => {
      const x = tf.tensor2d(gather(inputs, width, batch), [batch.length, width]);
      const known = gather(targets, losses.length, batch);
      optimizer.minimize(
        () =>
          variables.reduce(
            (sum: tf.Scalar, [kernel]) => tf.add(sum, tf.mul(decay, tf.sum(tf.square(kernel as tf.Variable)))),
            lossOf(losses, first(model.apply(x) as tf.Tensor), known),
          ),
        false,
        variables.flat(),
      );
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
      optimizer.pace((lesson.learningRate / 2) * (1 + Math.cos((Math.PI * (epoch * steps + s)) / (epochs * steps))));
      step(rows.subarray(s * batchRows, (s + 1) * batchRows));
    }
    if (lesson.checkpoints.includes(epoch + 1)) taught.push({ network: networkOf(model), held: answers() });
  }
  optimizer.dispose();
  model.dispose();
  return taught;
};
