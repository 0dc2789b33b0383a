import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportFormat, exportTables } from '../../src/archive/export/request.js';
import { writeHere } from '../../src/archive/export/writing.js';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { createToken } from '../../src/storage/apiToken.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { readView } from '../../src/storage/view.js';
import { discard } from '../../workers/tasks/discard.js';
import { serveSmallArchive } from '../api/served.js';
import { flaggedPixel, grid } from '../api/smallArchive.js';
import { askPython, pythonTest } from '../python/python.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-spectra-'));
  api = await serveSmallArchive();
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const course = () => ({ report: silent, room: () => {}, signal: new AbortController().signal });
const arrays = ['parquet', 'votable', 'fits'] as const;

/** A table as `named` releases' reader would get it. @returns where it is */
async function written(
  format: ExportFormat,
  release: string,
  what: (typeof exportTables)[number] = 'spectra',
  named: readonly number[] = [],
) {
  const path = join(folder, `${release}-${what}.${format}`);
  const view = await readView(api.db, named);
  const file = await writeHere(api.db)({ view, request: { release, format, what, model: null }, path }, course());
  return { path, ...file };
}

/** What the file of a single star says, out of /spectra/NAME.bin. */
async function single(name: string, release: string) {
  const answer = await fetch(`${api.url}/spectra/${name}.bin?release=${release}`);
  const bytes = await answer.arrayBuffer();
  const pixels = grid.wavelength.length;
  return {
    flux: new Float32Array(bytes, 4 * pixels, pixels),
    error: new Float32Array(bytes, 8 * pixels, pixels),
    mask: new Uint32Array(bytes, 12 * pixels, pixels),
  };
}

const sameBits = `
import io, json, os, requests
import numpy as np
import pyarrow.parquet as pq
from astropy.io import fits, votable
from astropy.table import Table

path = lambda ending: os.path.join(os.environ["FOLDER"], "dr1-spectra." + ending)
server = os.environ["URL"]

table = pq.read_table(path("parquet"))
metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
parquet = {"wavelength": json.loads(metadata["wavelength"]), "rows": table.to_pylist(), "types": [str(table.schema.field(name).type) for name in ("flux", "error", "mask")]}

document = votable.parse(path("votable"), verify="exception").get_first_table()
grid = next(param for param in document.params if param.name == "wavelength")
vo = {"wavelength": grid.value, "rows": document.to_table(use_names_over_ids=True), "types": [str(grid.unit)]}

with fits.open(path("fits")) as hdus:
    hdus.verify("exception")
    binary = {"wavelength": hdus["WAVELENGTH"].data, "types": [hdu.name for hdu in hdus] + [hdus["WAVELENGTH"].header["BUNIT"]]}
binary["rows"] = Table.read(path("fits"))
binary["rows"].convert_bytestring_to_unicode()

def bits(values, kind):
    return np.ascontiguousarray(np.ma.getdata(values), dtype=kind).tobytes()

def differing(seen):
    """Rows whose bits are not those of the star's own file."""
    wrong = []
    for row in seen["rows"]:
        content = requests.get(f'{server}/spectra/{row["star_id"]}.fits?release={row["release"]}').content
        alone = Table.read(io.BytesIO(content), hdu="SPECTRUM", mask_invalid=False)
        same = [bits(seen["wavelength"], "f8") == bits(alone["wavelength"], "f8")]
        same += [bits(row[name], kind) == bits(alone[name], kind) for name, kind in (("flux", "f4"), ("error", "f4"), ("mask", "u4"))]
        if not all(same): wrong.append((row["name"], same))
    return wrong

told = [[str(row["star_id"]), str(row["survey"]), str(row["release"]), float(row["snr"]), int(row["good_pixels"])] for row in binary["rows"]]
print(json.dumps({
    "rows": [len(seen["rows"]) for seen in (parquet, vo, binary)],
    "differing": [differing(seen) for seen in (parquet, vo, binary)],
    "types": [seen["types"] for seen in (parquet, vo, binary)],
    "told": told[6],
}))`;

pythonTest(
  'a table of spectra says to the last bit what the files of its stars say, to pyarrow and astropy',
  async () => {
    for (const format of arrays) await written(format, 'dr1');
    const seen = await askPython<Record<string, unknown>>(sameBits, { FOLDER: folder, URL: api.url });
    expect(seen).toEqual({
      rows: [20, 20, 20],
      differing: [[], [], []],
      types: [
        ['list<element: float not null>', 'list<element: float not null>', 'list<element: uint32 not null>'],
        ['0.1 nm'],
        ['PRIMARY', 'spectra', 'wavelength', 'Angstrom'],
      ],
      told: ['apogee:S06', 'apogee', 'dr1', 56, 39],
    });
  },
);

test('a table of spectra as Parquet is read by hyparquet too', async () => {
  const { path } = await written('parquet', 'dr2');
  const file = await asyncBufferFromFile(path);
  const rows = await parquetReadObjects({ file });
  expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 15 }, (_, i) => `S${i + 10}`));
  for (const { name, flux, error, mask } of rows) {
    const alone = await single(name, 'dr2');
    expect(Float32Array.from(flux)).toEqual(alone.flux);
    expect(Float32Array.from(error)).toEqual(alone.error);
    expect(Uint32Array.from(mask)).toEqual(alone.mask);
    expect([flux[flaggedPixel], mask[flaggedPixel]]).toEqual([Number.NaN, 0x80000001]);
  }
  const { key_value_metadata: told = [] } = await parquetMetadataAsync(file);
  const value = (name: string) => JSON.parse(String(told.find(({ key }) => key === name)?.value));
  expect(value('wavelength')).toEqual([...grid.wavelength]);
  expect(value('columns')).toContainEqual(expect.objectContaining({ name: 'wavelength', unit: 'Angstrom' }));
});

test('is refused as CSV, naming the formats that hold arrays', async () => {
  const refused = await fetch(`${api.url}/export`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ release: 'dr1', format: 'csv', what: 'spectra' }),
  });
  const { errors } = (await refused.json()) as { errors: { message: string; extensions: { remedy: string } }[] };
  expect([refused.status, errors[0].message, errors[0].extensions.remedy]).toEqual([
    400,
    'format: expected parquet, votable, fits for a table of spectra, which holds arrays, found "csv"',
    'a single spectrum is sent as csv at /spectra/NAME.csv',
  ]);
});

describe('what is hidden', () => {
  test('of a draft is in no table but that of the token that names it', async () => {
    const { token } = await createToken(api.db, { name: 'reader', scopes: ['read:dr3'], expiresAt: null });
    const ask = (more: Record<string, string>) =>
      fetch(`${api.url}/export`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more },
        body: JSON.stringify({ release: 'dr3', format: 'fits', what: 'spectra' }),
      });
    expect((await ask({})).status).toBe(404);
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(202);
    const { path } = await written('parquet', 'dr3', 'spectra', [(await findRelease(api.db, 'dr3')).id]);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), columns: ['name', 'flux'] });
    expect(rows.map(({ name }) => name)).toEqual(['D0', 'D1', 'D2', 'D3', 'S12']);
  });

  test('leaves no byte of a table of anything: all are the same when it is thrown away', async () => {
    const every = exportTables.flatMap((what) =>
      ([...arrays, 'csv'] as const)
        .filter((format) => what !== 'spectra' || format !== 'csv')
        .flatMap((format) => ['dr1', 'dr2', 'toy-1'].map((release) => ({ what, format, release }))),
    );
    const all = async () => {
      const files: Record<string, string> = {};
      for (const { what, format, release } of every) {
        const { path, sha256 } = await written(format, release, what);
        expect((await readFile(path)).length).toBeGreaterThan(100);
        files[`${release} ${what} ${format}`] = sha256;
      }
      return files;
    };
    const before = await all();
    const compute = startCompute({ backend: 'auto' });
    const place = { db: api.db, compute, settings: defaultSettings(), folder };
    const signal = new AbortController().signal;
    for (const release of ['dr2', 'dr3']) await discard(place, release, { report: silent, signal });
    await compute.close();
    expect(await api.db.query(`select 1 from spectrum where star_id in ('apogee:S40', 'apogee:D0')`)).toEqual([]);
    expect(await all()).toEqual(before);
  });
});
