import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { fromFault, toFault } from '../../src/compute/fault.js';
import {
  AmbiguousIdError,
  FileError,
  GridError,
  InputError,
  StarkinError,
  TrainingError,
} from '../../src/domain/errors.js';

function across(error: unknown): Error {
  return fromFault(deserialize(serialize(toFault(error))));
}

const errors = [
  new StarkinError('NOT_READY', 'not yet', 'wait'),
  new InputError('epochs', 'a number', 'many', 'count them'),
  new GridError('spectrum 3', '300 pixels', '301 pixels'),
  new TrainingError('diverged at step 7'),
  new FileError({ file: 'a.fits', place: 'HDU 1', expected: 'an image', found: 'a table' }),
  new AmbiguousIdError('x', ['a:x', 'b:x']),
];

describe('an error that crosses to another process', () => {
  it.each(errors)('keeps class, code, message, remedy and its own fields: $name', (error) => {
    const arrived = across(error);
    expect(arrived).toBeInstanceOf(error.constructor);
    expect(arrived).toBeInstanceOf(StarkinError);
    expect({ ...arrived, message: arrived.message, stack: arrived.stack }).toEqual({
      ...error,
      message: error.message,
      stack: error.stack,
    });
  });

  it('stays an ordinary error, with the stack of its origin, when it is a defect', () => {
    const defect = new TypeError('x is not a function');
    const arrived = across(defect);
    expect(arrived).not.toBeInstanceOf(StarkinError);
    expect(arrived.message).toBe('x is not a function');
    expect(arrived.stack).toBe(defect.stack);
  });
});
