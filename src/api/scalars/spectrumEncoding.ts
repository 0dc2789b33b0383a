import { registerEnumType } from 'type-graphql';

/** How a FloatArray is written into a response. */
export enum SpectrumEncoding {
  ARRAY = 'ARRAY',
  BASE64_F32 = 'BASE64_F32',
}

registerEnumType(SpectrumEncoding, {
  name: 'SpectrumEncoding',
  description: 'How an array of numbers is written.',
  valuesConfig: {
    ARRAY: { description: 'A JSON array; null where the value is unknown or flagged.' },
    BASE64_F32: {
      description:
        'Base64 of little-endian 32-bit floats; NaN where the value is unknown or flagged. Smaller and about ten times faster.',
    },
  },
});
