import type { Tensor } from '@tensorflow/tfjs';

/** The values of a tensor, which is disposed. Not from within a tidy: `tidy` walks through whatever it returns, number by number. */
export function readOut(tensor: Tensor): Float32Array {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}
