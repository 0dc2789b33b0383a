/** Words in which a survey flags a whole spectrum, under the keyword that it keeps them by, and the names of their bits. */
interface FlagWord {
  readonly keyword: string;
  readonly bits: Readonly<Record<number, string>>;
}

/** APOGEE_STARFLAG (SDSS DR17 bitmask documentation); SDSS-V's spectrum_flags have the same bits. */
const starFlag: Readonly<Record<number, string>> = {
  0: 'BAD_PIXELS',
  1: 'COMMISSIONING',
  2: 'BRIGHT_NEIGHBOR',
  3: 'VERY_BRIGHT_NEIGHBOR',
  4: 'LOW_SNR',
  9: 'PERSIST_HIGH',
  10: 'PERSIST_MED',
  11: 'PERSIST_LOW',
  12: 'PERSIST_JUMP_POS',
  13: 'PERSIST_JUMP_NEG',
  16: 'SUSPECT_RV_COMBINATION',
  17: 'SUSPECT_BROAD_LINES',
  18: 'BAD_RV_COMBINATION',
  19: 'RV_REJECT',
  20: 'RV_SUSPECT',
  21: 'MULTIPLE_SUSPECT',
  22: 'RV_FAIL',
  23: 'SUSPECT_ROTATION',
  24: 'MTPFLUX_LT_75',
  25: 'MTPFLUX_LT_50',
};

/** APOGEE_ASPCAPFLAG, ibid., of a spectrum's fit: the same subjects as warnings from bit 0, as faults from bit 16. */
const fitSubjects =
  'TEFF LOGG VMICRO M_H ALPHA_M C_M N_M STAR CHI2 COLORTE ROTATION SN SPEC_HOLE ATMOS_HOLE VSINI'.split(' ');
const aspcapFlag: Readonly<Record<number, string>> = {
  ...Object.fromEntries(
    fitSubjects.flatMap((name, i) => [[i, `${name}_WARN`] as const, [i + 16, `${name}_BAD`] as const]),
  ),
  31: 'NO_ASPCAP_RESULT',
};

export const flagWords: readonly FlagWord[] = [
  { keyword: 'STARFLAG', bits: starFlag },
  { keyword: 'spectrum_flags', bits: starFlag },
  { keyword: 'ASPCAPFLAG', bits: aspcapFlag },
];

/** Every name, once. */
export const flagNames: readonly string[] = [...new Set(flagWords.flatMap(({ bits }) => Object.values(bits)))];

/** The bits of a word that these names stand for; 0n where it has none of them. */
export function flagMask({ bits }: FlagWord, names: readonly string[]): bigint {
  return Object.entries(bits).reduce(
    (mask, [bit, name]) => (names.includes(name) ? mask | (1n << BigInt(bit)) : mask),
    0n,
  );
}

/** The names of the bits that are set in a spectrum's properties, those that have one. */
export function flagsOf(properties: Readonly<Record<string, unknown>>): string[] {
  const set = flagWords.flatMap(({ keyword, bits }) => {
    const value = properties[keyword];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return [];
    const word = BigInt.asUintN(64, BigInt(value));
    return Object.entries(bits).flatMap(([bit, name]) => ((word >> BigInt(bit)) & 1n ? [name] : []));
  });
  return [...new Set(set)];
}
