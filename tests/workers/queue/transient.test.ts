import { describe, expect, test } from 'vitest';
import { BusyError, InputError, NotReadyError, StarkinError } from '../../../src/domain/errors.js';
import { isTransient } from '../../../workers/queue/transient.js';

const coded = (code: string, message = 'any') => Object.assign(new Error(message), { code });

describe('a failure', () => {
  test.each([
    ['a lost connection', coded('08006')],
    ['a serialization failure', coded('40001')],
    ['a deadlock', coded('40P01')],
    ['a full disk of the server', coded('53100')],
    ['a full disk here', coded('ENOSPC')],
    ['a server that shuts down', coded('57P01')],
    ['a server that is away', coded('ECONNREFUSED')],
    ['a connection that pg lost', new Error('Connection terminated unexpectedly')],
    ['somebody else’s lock', new BusyError('the archive is held')],
    [
      'a killed child',
      new StarkinError('NOT_READY', 'the compute process (pid 7) was ended by signal SIGKILL while encoding'),
    ],
    ['one with such a cause', new Error('cannot encode', { cause: coded('ECONNRESET') })],
  ])('of %s passes by itself', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    ['a wrong argument', new InputError('--model', 'a model', 'x')],
    ['something that is missing', new NotReadyError('no model is served')],
    ['a unique key', coded('23505')],
    ['a syntax error', coded('42601')],
    ['a missing file', coded('ENOENT')],
    ['a defect', new TypeError('undefined is not a function')],
    ['a thrown text', 'no'],
  ])('of %s does not', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});
