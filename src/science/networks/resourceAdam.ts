import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import { AdamVariables, type Slot } from './adam.js';
import { type Attribute, type NativeKernels, nativeKernels } from './nativeKernels.js';
import type { AdamSettings, TensorFlow } from './operations.js';

/**
 * Adam in place on resource variables (ResourceApplyAdam): one kernel an array instead of ten, and no second copy of the weights. The variables live
 * outside tf.memory(), which therefore cannot see a leak of them: `dispose` frees them.
 */
export class ResourceAdam extends AdamVariables {
  private readonly kernels: NativeKernels;
  private readonly handles: number[][];
  private readonly constants: number[];
  private readonly float: Attribute;
  private readonly adam: readonly Attribute[];

  constructor(tf: TensorFlow, initial: Tensors, settings: AdamSettings) {
    super(tf, initial, settings);
    this.kernels = nativeKernels(tf);
    const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_FLOAT } = this.kernels.binding;
    this.float = { name: 'dtype', type: TF_ATTR_TYPE, value: TF_FLOAT };
    this.adam = [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'use_locking', type: TF_ATTR_BOOL, value: false },
      { name: 'use_nesterov', type: TF_ATTR_BOOL, value: false },
    ];
    this.constants = [settings.beta1, settings.beta2, settings.epsilon].map((value) => this.scalar(value));
    this.handles = this.names.map((name) => [0, 1, 2].map(() => this.createVariable(initial[name].shape)));
    this.names.forEach((name, index) => {
      const { shape, values } = initial[name];
      const zeros = { shape, values: new Float32Array(values.length) };
      this.writeSlot(index, 0, initial[name]);
      this.writeSlot(index, 1, zeros);
      this.writeSlot(index, 2, zeros);
    });
  }

  dispose(): void {
    const { binding } = this.kernels;
    const ignore: Attribute = { name: 'ignore_lookup_error', type: binding.TF_ATTR_BOOL, value: false };
    for (const handle of this.handles.flat()) {
      binding.executeOp('DestroyResourceOp', [ignore], [handle], 0);
      binding.deleteTensor(handle);
    }
    for (const constant of this.constants) binding.deleteTensor(constant);
    this.handles.length = 0;
    this.constants.length = 0;
  }

  protected readSlot(index: number, slot: Slot): tfjs.Tensor {
    const [native] = this.kernels.binding.executeOp('ReadVariableOp', [this.float], [this.handles[index][slot]], 1);
    return this.kernels.createOutputTensor(native);
  }

  protected writeSlot(index: number, slot: Slot, tensor: Tensor): void {
    const { binding } = this.kernels;
    // A copy of its own: the binding may keep the array that it is given.
    const value = binding.createTensor(tensor.shape, binding.TF_FLOAT, Float32Array.from(tensor.values));
    binding.executeOp('AssignVariableOp', [this.float], [this.handles[index][slot], value], 0);
    binding.deleteTensor(value);
  }

  protected update(gradients: readonly tfjs.Tensor[], rate: number): void {
    const { binding } = this.kernels;
    const { beta1, beta2 } = this.settings;
    const changing = [beta1 ** this.steps, beta2 ** this.steps, rate].map((value) => this.scalar(value));
    const scalars = [...changing, ...this.constants];
    const ids = this.kernels.getInputTensorIds(gradients);
    this.handles.forEach((handles, index) => {
      binding.executeOp('ResourceApplyAdam', this.adam, [...handles, ...scalars, ids[index]], 0);
    });
    for (const scalar of changing) binding.deleteTensor(scalar);
  }

  private createVariable(shape: readonly number[]): number {
    const { binding } = this.kernels;
    const [handle] = binding.executeOp(
      'VarHandleOp',
      [
        { name: 'container', type: binding.TF_ATTR_STRING, value: '' },
        { name: 'shared_name', type: binding.TF_ATTR_STRING, value: `starkin/${serial++}` },
        this.float,
        { name: 'shape', type: binding.TF_ATTR_SHAPE, value: shape },
      ],
      [],
      1,
    );
    return handle.id;
  }

  private scalar(value: number): number {
    const { binding } = this.kernels;
    return binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
  }
}

/** TensorFlow gives one variable to one name: no two may share it in a process. */
let serial = 0;
