import { abundanceName } from '../../domain/abundance.js';
import { loadTruthElements, loadVisibleTruth } from '../../storage/abundance.js';
import { loadEstimates } from '../../storage/abundanceEstimate.js';
import { listVisibleEstimators, type StoredEstimator } from '../../storage/abundanceEstimator.js';
import type { Database } from '../../storage/database.js';
import type { Release } from '../../storage/dataRelease.js';
import { type ExportedStar, type StarTableShape, scanStars, starTableShape } from '../../storage/exportedStars.js';
import { narrowView, type View } from '../../storage/view.js';
import type { Cell, Column, Filled, Row } from '../table/column.js';
import type { ExportTable } from './exportTable.js';
import { identityColumns } from './identityColumns.js';

/** The stars of a release: names, position, parameters, and abundances by the newest estimator of the served model that the reader sees. */
export async function starTable(db: Database, view: View, release: Release, batch: number): Promise<ExportTable> {
  const seen = narrowView(view, release.name);
  const shape = await starTableShape(db, release);
  const [estimator] = view.modelId === null ? [] : await listVisibleEstimators(db, view, [view.modelId]);
  const truth = release.simulated ? await loadTruthElements(db, seen) : [];
  const columns = starColumns(shape);
  const facts = {
    release: release.name,
    revision: String(release.revision),
    simulated: String(release.simulated),
    ...(estimator && { abundances: estimator.id, model: estimator.modelId }),
  };
  return {
    description: {
      name: 'stars',
      description: `Stars of release ${release.name} with a combined spectrum`,
      columns: [...columns, ...(estimator ? estimateColumns(estimator) : []), ...truth.map(truthColumn)],
      rows: shape.rows,
      facts,
    },
    async *rows() {
      for await (const stars of scanStars(db, release, batch)) {
        const ids = stars.map(({ id }) => id);
        const estimates = estimator ? await loadEstimates(db, seen, estimator.id, ids) : null;
        const known = truth.length > 0 ? await loadVisibleTruth(db, seen, ids) : null;
        yield stars.map((star): Row => {
          const estimate = estimates?.get(star.id);
          const true_ = new Map(known?.get(star.id)?.abundances.map(({ element, value }) => [element, value]));
          return [
            ...columns.map(({ value }) => value(star)),
            ...(estimator?.elements.flatMap((_, i) =>
              estimate ? [estimate.value[i], estimate.sigma[i], estimate.reason[i] === null] : [null, null, null],
            ) ?? []),
            ...truth.map((element) => true_.get(element) ?? null),
          ];
        });
      }
    },
  };
}

function starColumns({ sourceBytes, catalogues, ...lengths }: StarTableShape): Filled<ExportedStar>[] {
  const text = (
    name: string,
    size: number,
    description: string,
    value: (star: ExportedStar) => Cell,
    ucd: string,
  ): Filled<ExportedStar> => ({
    name,
    type: 'text',
    size,
    ucd,
    description,
    value,
  });
  const number = (
    name: string,
    unit: string,
    ucd: string,
    description: string,
    value: (star: ExportedStar) => Cell,
  ): Filled<ExportedStar> => ({
    name,
    type: 'double',
    ...(unit && { unit }),
    ucd,
    description,
    value,
  });
  return [
    ...identityColumns(lengths),
    number('ra', 'deg', 'pos.eq.ra;meta.main', 'Right ascension, ICRS', ({ ra }) => ra),
    number('dec', 'deg', 'pos.eq.dec;meta.main', 'Declination, ICRS', ({ dec }) => dec),
    ...catalogues.map(({ catalogue, bytes }) =>
      text(
        `id_${identifier(catalogue)}`,
        bytes,
        `Identifier in ${catalogue}`,
        ({ aliases }) => aliases?.[catalogue] ?? null,
        'meta.id.cross',
      ),
    ),
    number('teff', 'K', 'phys.temperature.effective', 'Effective temperature', ({ teff }) => teff),
    number('teff_error', 'K', 'stat.error;phys.temperature.effective', '1 sigma', ({ teffError }) => teffError),
    number('logg', 'dex', 'phys.gravity', 'log10 of surface gravity, cgs', ({ logg }) => logg),
    number('logg_error', 'dex', 'stat.error;phys.gravity', '1 sigma', ({ loggError }) => loggError),
    number('feh', 'dex', 'phys.abund.Fe', '[Fe/H] of the catalogue', ({ feh }) => feh),
    number('feh_error', 'dex', 'stat.error;phys.abund.Fe', '1 sigma', ({ fehError }) => fehError),
    text(
      'parameter_source',
      sourceBytes,
      'Where Teff, log g and [Fe/H] come from',
      ({ parameterSource }) => parameterSource,
      'meta.note',
    ),
    number('snr', '', 'stat.snr', 'Signal to noise per pixel of the combined spectrum', ({ snr }) => snr),
    {
      name: 'good_pixels',
      type: 'int',
      ucd: 'meta.number',
      description: 'Pixels that carry information',
      value: ({ goodPixels }) => goodPixels,
    },
  ];
}

function estimateColumns({ elements, id }: StoredEstimator): Column[] {
  return elements.flatMap((element): Column[] => [
    {
      name: `abundance_${identifier(element)}`,
      type: 'float',
      unit: 'dex',
      ucd: 'phys.abund',
      description: `${abundanceName(element)} by ${id}`,
    },
    {
      name: `abundance_${identifier(element)}_sigma`,
      type: 'float',
      unit: 'dex',
      ucd: 'stat.error;phys.abund',
      description: 'Half-width of its 68.3 % interval',
    },
    {
      name: `abundance_${identifier(element)}_reliable`,
      type: 'boolean',
      ucd: 'meta.code.qual',
      description: 'Whether it can be relied upon',
    },
  ]);
}

function truthColumn(element: string): Column {
  return {
    name: `true_${identifier(element)}`,
    type: 'double',
    unit: 'dex',
    ucd: 'phys.abund',
    description: `${abundanceName(element)}, as the simulation knows it`,
  };
}

/** A name as databases and programs take it. */
function identifier(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}
