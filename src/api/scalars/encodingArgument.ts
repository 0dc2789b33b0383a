import { Arg } from 'type-graphql';
import { SpectrumEncoding } from './spectrumEncoding.js';

/** The argument of every field that is a FloatArray. */
export function EncodingArg(): ReturnType<typeof Arg> {
  return Arg('encoding', () => SpectrumEncoding, {
    defaultValue: SpectrumEncoding.ARRAY,
    description: 'How the array is written.',
  });
}
