/**
 * Files in the layouts of the SDSS data model (data.sdss.org/datamodel), with the keywords and columns that tell them apart: what the survey's own files
 * have and real ones in tests/fixtures do not cover.
 */
import { bigEndian, bigEndian64, type Cards, image, primary, table } from './fits/fitsBytes.js';

export const pixels = 8575;
const gridCards: Cards = [
  ['CTYPE1', 'LOG-LINEAR'],
  ['CRVAL1', 4.179],
  ['CDELT1', 6e-6],
  ['CRPIX1', 1],
];

/** A spectrum with lines; deterministic by seed. */
export function fluxOf(seed: number, continuum = 1): number[] {
  return Array.from({ length: pixels }, (_, i) => continuum * (1 - 0.2 * Math.sin(i / (7 + (seed % 5))) ** 16));
}

/** A cell of a table: its column's name and format, and its bytes. */
type Cell = readonly [name: string, form: string, bytes: Buffer];
export const float = (name: string, ...values: number[]): Cell => [
  name,
  `${values.length}E`,
  bigEndian('Float', values),
];
export const integer = (name: string, value: number): Cell => [name, 'J', bigEndian('Int32', [value])];
export const long = (name: string, value: bigint): Cell => [name, 'K', bigEndian64([value])];
export const text = (name: string, value: string, width = value.length): Cell => [
  name,
  `${width}A`,
  Buffer.from(value.padEnd(width), 'latin1'),
];

/** A table of rows that have the same columns. */
export function tableOf(rows: readonly (readonly Cell[])[], extra: Cards = []): Buffer {
  const columns = rows[0].map(([name, form]) => [name, form] as const);
  return table(
    columns,
    rows.map((cells) => Buffer.concat(cells.map(([, , bytes]) => bytes))),
    extra,
  );
}

const floats = (values: readonly number[], shape: number[], cards: Cards = []) =>
  image(-32, shape, bigEndian('Float', values), cards, true);

export interface ApStarOptions {
  readonly name?: string;
  /** 'apVisit' or 'asVisit'. */
  readonly prefix?: string;
  readonly reduction?: string;
  readonly snr?: number;
  readonly nvisits?: number;
  /** Rows of visits that the file has; those listed in `empty` hold zeros. */
  readonly rows?: number;
  readonly empty?: readonly number[];
  readonly seed?: number;
  readonly cards?: Cards;
}

/** apStar of DR17: primary header, then flux, error and mask with a row of the combination, one of another weighting, and one per visit. */
export function apStar({
  name = '2M00000001+0000001',
  prefix = 'apVisit',
  reduction = 'dr17',
  snr = 120,
  nvisits = 2,
  rows = nvisits,
  empty = [],
  seed = 1,
  cards = [],
}: ApStarOptions = {}): Buffer {
  const count = rows > 1 ? rows + 2 : 2;
  const row = (n: number) => (empty.includes(n - 1) ? new Array<number>(pixels).fill(0) : fluxOf(seed + n, 500));
  const flux = Array.from({ length: count }, (_, n) => row(n)).flat();
  const error = flux.map((value) => (value ? 5 : 0));
  const visits = Array.from(
    { length: nvisits },
    (_, i): Cards => [
      [`SFILE${i + 1}`, `${prefix}-${reduction}-5815-${56396 + i}-212.fits`],
      [`SNRVIS${i + 1}`, 60],
    ],
  ).flat();
  const star: Cards = [
    ['OBJID', name],
    ['RA', 12.5],
    ['DEC', -3.25],
    ['SNR', snr],
    ['NVISITS', nvisits],
  ];
  const fitted: Cards = [
    ['RV_TEFF', 4500],
    ['RV_LOGG', 2.1],
    ['RV_FEH', -0.1],
  ];
  return Buffer.concat([
    primary([...star, ...gridCards, ...fitted, ...visits, ...cards]),
    floats(flux, [pixels, count], [...gridCards, ['BUNIT', 'Flux (10^-17 erg/s/cm^2/Ang)']]),
    floats(error, [pixels, count], [['BUNIT', 'Err (10^-17 erg/s/cm^2/Ang)']]),
    image(32, [pixels, count], Buffer.alloc(4 * pixels * count), [['BUNIT', 'Pixel bitmask']], true),
  ]);
}

/** aspcapStar of DR17: normalised flux, error, best fit, and the table of ASPCAP with one row. */
export function aspcapStar(extra: readonly Cell[] = [], { flux = fluxOf(3), named = true } = {}): Buffer {
  const error = flux.map((_, i) => (i < 250 ? 1e10 : 0.01));
  const row = [
    text('APOGEE_ID', '2M17335483-2753043', 18),
    text('TELESCOPE', 'apo25m', 8),
    text('FIELD', '000+02', 16),
    float('RA', 263.5),
    float('DEC', -27.88),
    float('SNR', 154.2),
    integer('NVISITS', 3),
    long('ASPCAPFLAG', 0n),
    float('FPARAM', 3700, 0.7, 0.3, -0.2, 0, 0, 0.1, 0, 0),
    float('TEFF', 3650.5),
    float('TEFF_ERR', 60),
    float('LOGG', 0.55),
    float('LOGG_ERR', 0.06),
    float('FE_H', -0.25),
    float('FE_H_ERR', 0.01),
    ...extra,
  ];
  const names = new Map(row.map((cell) => [cell[0], cell]));
  return Buffer.concat([
    primary([...(named ? ([['OBJID', '2M17335483-2753043']] as const) : []), ['APRED', 'dr17']]),
    floats(flux, [pixels], gridCards),
    floats(error, [pixels], gridCards),
    floats(flux, [pixels], gridCards),
    tableOf([[...names.values()]]),
  ]);
}

export interface MwmOptions {
  /** Observatories with an APOGEE spectrum, and their signal to noise. */
  readonly apogee?: Readonly<Record<string, number>>;
  readonly boss?: boolean;
  readonly name?: string;
  /** Further columns of every spectrum's table: 'mjd' makes it an mwmVisit. */
  readonly more?: readonly Cell[];
}

/** mwmStar of Astra 0.6: tables BOSS/APO, BOSS/LCO, APOGEE/APO, APOGEE/LCO of one row, or of none where there is no spectrum. */
export function mwmStar({
  apogee = { APO: 150, LCO: 90 },
  boss = true,
  name = '2M19534321+6705175',
  more = [],
}: MwmOptions = {}): Buffer {
  const spectrum = (observatory: string, snr: number): Cell[] => [
    long('sdss_id', 114986844n),
    text('v_astra', '0.6.0', 5),
    text('apred', '1.3', 3),
    text('obj', name, 18),
    text('telescope', observatory === 'APO' ? 'apo25m' : 'lco25m', 6),
    integer('n_visits', 4),
    float('snr', snr),
    float('doppler_teff', 4712),
    float('doppler_logg', 2.4),
    float('doppler_fe_h', -9999),
    float('wavelength', ...Array.from({ length: pixels }, (_, i) => 10 ** (4.179 + 6e-6 * i))),
    float('flux', ...fluxOf(observatory === 'APO' ? 1 : 2, 700)),
    float('ivar', ...new Array<number>(pixels).fill(0.04)),
    float('pixel_flags', ...Array.from({ length: pixels }, (_, i) => (i === 1000 ? 8192 : 0))),
    ...more,
  ];
  const hdu = (instrument: string, observatory: string, snr: number | undefined) => {
    const cells = spectrum(observatory, snr ?? 1);
    const cards: Cards = [
      ['EXTNAME', `${instrument}/${observatory}`],
      ['INSTRMNT', instrument],
      ['OBSRVTRY', observatory],
    ];
    return snr === undefined ? emptyTable(cells, cards) : tableOf([cells], cards);
  };
  return Buffer.concat([
    primary([
      ['V_ASTRA', '0.6.0'],
      ['SDSS_ID', 114986844],
      ['APOGEEID', name],
      ['GAIA3_ID', 2268145183546532992n],
      ['RA', 298.43],
      ['DEC', 67.0882],
    ]),
    hdu('BOSS', 'APO', boss ? 30 : undefined),
    hdu('BOSS', 'LCO', undefined),
    hdu('APOGEE', 'APO', apogee.APO),
    hdu('APOGEE', 'LCO', apogee.LCO),
  ]);
}

function emptyTable(cells: readonly Cell[], extra: Cards): Buffer {
  return table(
    cells.map(([name, form]) => [name, form] as const),
    [],
    extra,
    Buffer.concat(cells.map(([, , bytes]) => bytes)).length,
  );
}

/** Products that cannot be ingested, by the word that a refusal must name. */
export const unsuitable: Readonly<Record<string, Buffer>> = {
  apVisit: Buffer.concat([
    primary([
      ['OBJID', '2M18424630-0307505'],
      ['SURVEY', 'apogee'],
      ['PLATE', '5940'],
      ['FIBERID', 1],
    ]),
    ...['Flux (10^-17 erg/s/cm^2/Ang)', 'Flux (10^-17 erg/s/cm^2/Ang)', 'Flag Mask', 'Wavelength (Ang)'].map((bunit) =>
      floats(new Array<number>(48).fill(1), [16, 3], [['BUNIT', bunit]]),
    ),
  ]),
  apCframe: Buffer.concat([
    primary(),
    ...['Flux', 'Flux', 'Flag Mask', 'Wavelength (Ang)'].map((bunit) =>
      floats(new Array<number>(1200).fill(1), [4, 300], [['BUNIT', bunit]]),
    ),
  ]),
  allStar: Buffer.concat([primary(), tableOf([[text('APOGEE_ID', '2M17335483-2753043'), float('TEFF', 3650)]])]),
  mwmVisit: mwmStar({ more: [integer('mjd', 59804)] }),
  astraStar: mwmStar({ more: [float('model_flux', 1, 1)] }),
  mwmAllStar: Buffer.concat([primary([['V_ASTRA', '0.6.0']]), tableOf([[long('sdss_id', 1n), float('snr', 10)]])]),
  spec: Buffer.concat([primary(), tableOf([[float('FLUX', 1), float('LOGLAM', 3.6), float('IVAR', 1)]])]),
};

/** A FITS table of spectra with its wavelengths in an image HDU. */
export function fitsGrid(
  rows: number,
  { change = (cells: readonly Cell[], _row: number) => cells, header = [] as Cards, unit = 'Angstrom' } = {},
): Buffer {
  const wavelength = Array.from({ length: pixels }, (_, i) => 10 ** (4.179 + 6e-6 * i));
  const cells = (row: number): readonly Cell[] => [
    text('id', `grid-${row}`, 12),
    float('flux', ...fluxOf(row)),
    float('ivar', ...new Array<number>(pixels).fill(1e4)),
    float('teff', 4000 + 10 * row),
    float('logg', 1.5),
    float('feh', -0.1),
    float('abundances/Mg', 0.05),
  ];
  return Buffer.concat([
    primary(),
    tableOf(
      Array.from({ length: rows }, (_, row) => change(cells(row), row)),
      [['NORMALIS', true], ...header],
    ),
    image(
      -64,
      [pixels],
      bigEndian('Double', wavelength),
      [
        ['EXTNAME', 'WAVELENGTH'],
        ['BUNIT', unit],
      ],
      true,
    ),
  ]);
}
