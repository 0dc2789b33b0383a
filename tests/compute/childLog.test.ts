import { describe, expect, it } from 'vitest';
import { isNoise } from '../../src/compute/childLog.js';

describe('the log of a child', () => {
  it.each([
    'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
    'I0000 00:00:1795359050.803022   24140 port.cc:153] oneDNN custom operations are on. You may see slightly different results',
    'W0000 00:00:1795359050.803022   24140 gpu_device.cc:2342] Cannot dlopen some GPU libraries.',
  ])('loses what tells a user nothing: %s', (line) => {
    expect(isNoise(line)).toBe(true);
  });

  it.each([
    'E0000 00:00:1795359050.803022   24140 cuda_executor.cc:1228] INTERNAL: CUDA Runtime error',
    'TypeError: x is not a function',
    'WARNING: something else',
    '',
  ])('keeps everything else: %s', (line) => {
    expect(isNoise(line)).toBe(false);
  });
});
