import { expect, test } from 'vitest';
import { Header } from '../../../src/formats/fits/header.js';

function parse(...cards: string[]): Header {
  return Header.parse(Buffer.from(cards.map((card) => card.padEnd(80)).join(''), 'latin1'));
}

test('reads strings, logicals, integers and numbers, and leaves comments out', () => {
  const header = parse(
    "OBJID   = '2M17335483-2753043' / APOGEE object name",
    "QUOTE   = 'O''Hara / it''s  '  / a slash inside",
    'EXTEND  =                    T / yes',
    'NAXIS   =                   -2',
    'CDELT1  =                6E-06 / dispersion',
    'EMPTY   =                      / no value',
    'COMMENT = not a value',
    'END',
    'AFTER   =                    1',
  );
  expect(header.get('OBJID')).toBe('2M17335483-2753043');
  expect(header.get('QUOTE')).toBe("O'Hara / it's");
  expect(header.get('EXTEND')).toBe(true);
  expect(header.get('NAXIS')).toBe(-2);
  expect(header.get('CDELT1')).toBe(6e-6);
  expect(header.get('EMPTY')).toBeNull();
  expect(header.get('AFTER')).toBeUndefined();
});

test('reads exponents written with D', () => {
  expect(parse('A       =             1.25D-3').get('A')).toBe(0.00125);
  expect(parse('A       =              -1d+10').get('A')).toBe(-1e10);
});

test('keeps integers beyond 2^53 exact', () => {
  const header = parse('GAIA    =  4061234567890123457', 'BZERO   =  9223372036854775808');
  expect(header.get('GAIA')).toBe(4061234567890123457n);
  expect(header.number('BZERO')).toBe(2 ** 63);
});

test('ends strings at NUL padding', () => {
  expect(parse("FIELD   = '000+02\0\0\0\0' / padded by a C program").get('FIELD')).toBe('000+02');
});

test('joins long strings over CONTINUE cards', () => {
  const header = parse(
    "LONG    = 'one, &' / comment",
    "CONTINUE  'two, &'",
    "CONTINUE  'three  '",
    'NEXT    =                    5',
  );
  expect(header.get('LONG')).toBe('one, two, three');
  expect(header.get('NEXT')).toBe(5);
});

test('keeps an ampersand that nothing continues', () => {
  expect(parse("A       = 'Smith &'", 'B       =                    1').get('A')).toBe('Smith &');
});

test('takes the first of a repeated keyword, and HIERARCH keywords by their long names', () => {
  const header = parse(
    'A       =                    1',
    'A       =                    2',
    'HIERARCH ESO DET EXP = 12.5 / s',
  );
  expect(header.get('A')).toBe(1);
  expect(header.get('ESO DET EXP')).toBe(12.5);
});
