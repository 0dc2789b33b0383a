import { FileError } from '../../domain/errors.js';
import type { Tensor, Tensors } from '../artefact/tensors.js';

/**
 * A tensor that must be there, of this shape.
 * @throws FileError naming the tensor, the shape expected and what was found
 */
export function expectTensor(tensors: Tensors, name: string, shape: readonly number[], file: string): Tensor {
  const tensor = tensors[name];
  const expected = `a tensor of shape ${shape.join(' x ')}`;
  if (!tensor) throw new FileError({ file, place: name, expected, found: 'none of that name' });
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
    throw new FileError({ file, place: name, expected, found: tensor.shape.join(' x ') });
  const count = shape.reduce((product, size) => product * size, 1);
  if (tensor.values.length !== count)
    throw new FileError({ file, place: name, expected: `${count} values`, found: `${tensor.values.length}` });
  return tensor;
}
