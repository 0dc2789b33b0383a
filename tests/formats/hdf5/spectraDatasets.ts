import h5wasm, { type GuessableDataTypes } from 'h5wasm/node';

export interface TestDataset {
  readonly data: GuessableDataTypes;
  readonly shape?: number[];
}

/** The datasets of a small good file, N x P = 3 x 4: tests replace or leave out some. */
export function goodDatasets(): Record<string, TestDataset> {
  return {
    wavelength: { data: Float64Array.of(15000, 15001, 15002, 15003) },
    flux: { data: Float32Array.from({ length: 12 }, (_, i) => 1 + i / 100), shape: [3, 4] },
    ivar: { data: new Float32Array(12).fill(1e4), shape: [3, 4] },
    id: { data: ['a', 'b', 'c'] },
    teff: { data: Float64Array.of(4500, 4600, 4700) },
    logg: { data: Float64Array.of(2, 2.1, 2.2) },
    feh: { data: Float64Array.of(0, -0.1, -0.2) },
  };
}

/** Writes datasets ('abundances/Mg' in its group) and root attributes with the HDF5 library itself, whatever they are. */
export async function writeDatasets(
  path: string,
  datasets: Readonly<Record<string, TestDataset>>,
  attributes: Readonly<Record<string, number | string>> = {},
): Promise<string> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'w');
  for (const [name, { data, shape }] of Object.entries(datasets)) {
    const [group] = name.split('/');
    if (group !== name && !file.keys().includes(group)) file.create_group(group);
    file.create_dataset({ name, data, shape: shape ?? null });
  }
  for (const [name, value] of Object.entries(attributes)) file.create_attribute(name, value);
  file.close();
  return path;
}
