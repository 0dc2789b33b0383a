import type { StellarParameters } from '../../domain/parameters.js';
import { known, knownPositive } from '../missingValue.js';
import type { ApStar } from './apStar.js';
import { templateErrors } from './radialVelocityTable.js';

/** The synthetic template of the radial-velocity fit gives fair parameters, used where no catalogue gives better ones. */
export async function readTemplateParameters({ file, header }: ApStar): Promise<StellarParameters | null> {
  // Releases before DR17 spell the keywords without the underscore.
  const value = (quantity: string) => header.number(`RV_${quantity}`) ?? header.number(`RV${quantity}`);
  const teff = knownPositive(value('TEFF'));
  const logg = known(value('LOGG'));
  const feh = known(value('FEH'));
  if (teff === null && logg === null && feh === null) return null;
  return { teff, logg, feh, errors: await templateErrors(file, teff), source: 'radial-velocity template' };
}
