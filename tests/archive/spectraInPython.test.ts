import { afterAll, beforeAll, expect, test } from 'vitest';
import { apogeeGrid, makeGrid } from '../../src/domain/wavelengthGrid.js';
import { publish } from '../../src/storage/dataRelease.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';
import { type Served, serveDatabase } from '../api/served.js';
import { askPython, pythonTest } from '../python/python.js';
import { addStars, setTeff, survey } from '../storage/archiveContent.js';
import { openTestDatabase } from '../testArchive.js';

/** The flagged pixel of every spectrum. */
const flagged = 300;
const linear = makeGrid(
  Float64Array.from({ length: 1000 }, (_, i) => 15_200 + 0.2 * i),
  'a linear grid',
);
const uneven = makeGrid(
  Float64Array.from({ length: 1000 }, (_, i) => 15_200 + 0.2 * i + (i % 2) * 0.05),
  'an uneven grid',
);
const grids = { logarithmic: apogeeGrid, linear, uneven };

let api: Served;
let close: () => Promise<void>;
beforeAll(async () => {
  const db = await openTestDatabase();
  for (const [name, grid] of Object.entries(grids)) {
    const pixels = grid.wavelength.length;
    const release = await addStars(db, name, [name], {
      gridId: await ensureGrid(db, grid),
      spectrum: {
        flux: Float32Array.from({ length: pixels }, (_, i) => 1 - 0.0005 * (i % 100)),
        ivar: Float32Array.from({ length: pixels }, (_, i) => (i === flagged ? 0 : 1e4)),
        mask: Uint32Array.from({ length: pixels }, (_, i) => (i === flagged ? 2 ** 31 : 0)),
      },
    });
    await setTeff(db, release, { [name]: 4321 });
    await publish(db, release.id);
  }
  api = await serveDatabase(db);
  close = async () => {
    await api.close();
    await db.close();
  };
});
afterAll(() => close());

interface Seen {
  readonly flux: (number | null)[];
  readonly wavelength: number[];
}

pythonTest('astropy opens a spectrum on any grid as a table with units', async () => {
  const seen = await askPython<
    Record<string, Seen & { names: string[]; unit: string; mask: number; facts: unknown[] }>
  >(
    `
import io, json, os, requests
import numpy as np
from astropy.io import fits
from astropy.table import Table

def look(name):
    content = requests.get(f'{os.environ["URL"]}/spectra/{name}.fits').content
    with fits.open(io.BytesIO(content)) as hdus:
        hdus.verify("exception")
        header = hdus[0].header
        table = Table.read(hdus["SPECTRUM"])
    flux = np.ma.filled(table["flux"], np.nan)
    return {"names": table.colnames, "unit": str(table["wavelength"].unit), "wavelength": list(table["wavelength"]),
        "flux": [None if np.isnan(value) else float(value) for value in flux], "mask": int(table["mask"][${flagged}]),
        "facts": [header["OBJECT"], header["SURVEY"], header["SIMULATE"], header["SNR"]]}

print(json.dumps({name: look(name) for name in os.environ["NAMES"].split()}))`,
    { URL: api.url, NAMES: Object.keys(grids).join(' ') },
  );
  for (const [name, grid] of Object.entries(grids)) {
    const { wavelength, flux, ...rest } = seen[name];
    expect(rest).toEqual({
      names: ['wavelength', 'flux', 'error', 'mask'],
      unit: 'Angstrom',
      mask: 2 ** 31,
      facts: [name, survey, true, 100],
    });
    expect(wavelength).toEqual([...grid.wavelength]);
    expect(flux.flatMap((value, i) => (value === null ? [i] : []))).toEqual([flagged]);
    expect(flux[99]).toBeCloseTo(1 - 0.0005 * 99, 2);
  }
});

pythonTest('specutils knows a spectrum on a regular grid by itself, its error and its mask', async () => {
  const seen = await askPython<Record<string, Seen>>(
    `
import json, os
import numpy as np
from specutils import Spectrum

def look(name):
    spectrum = Spectrum.read(f'{os.environ["URL"]}/spectra/{name}.fits')
    return {"unit": str(spectrum.flux.unit), "flux": float(spectrum.flux.value[99]), "error": float(spectrum.uncertainty.quantity.value[99]),
        "masked": np.flatnonzero(spectrum.mask).tolist(), "wavelength": spectrum.spectral_axis.to_value("AA").tolist()}

print(json.dumps({name: look(name) for name in ["logarithmic", "linear"]}))`,
    { URL: api.url },
  );
  for (const name of ['logarithmic', 'linear'] as const) {
    const { wavelength, ...rest } = seen[name];
    const expected = { flux: expect.closeTo(1 - 0.0005 * 99, 2), error: expect.closeTo(0.01, 3) };
    expect(rest).toEqual({ unit: '', masked: [flagged], ...expected });
    const relative = wavelength.map((value, i) => Math.abs(value / grids[name].wavelength[i] - 1));
    expect(Math.max(...relative)).toBeLessThan(1e-8);
  }
});

test.each(Object.keys(grids).flatMap((name) => [`${name}.fits`, `${name}.csv`]))(
  '%s is what /spectra/parse reads',
  async (file) => {
    const name = file.split('.')[0] as keyof typeof grids;
    const bytes = await (await fetch(`${api.url}/spectra/${file}`)).arrayBuffer();
    const answer = await fetch(`${api.url}/spectra/parse`, { method: 'POST', body: bytes });
    const parsed = (await answer.json()) as {
      wavelength: number[];
      flux: (number | null)[];
      error: (number | null)[];
      medium: string;
      teff: number;
      teffError: number;
    };
    expect(answer.status, JSON.stringify(parsed).slice(0, 200)).toBe(200);
    expect(parsed.medium).toBe('VACUUM');
    expect(parsed.wavelength).toHaveLength(grids[name].wavelength.length);
    expect(parsed.flux[99]).toBeCloseTo(1 - 0.0005 * 99, 2);
    if (file.endsWith('.fits')) expect([parsed.teff, parsed.teffError]).toEqual([4321, 50]);
    expect([parsed.flux[flagged], parsed.error[99]]).toEqual([null, expect.closeTo(0.01, 3)]);
  },
);
