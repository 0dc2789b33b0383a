import { chipResampled } from './chipResampling.js';
import type { Nuisance } from './nuisance.js';

const LIGHT_SPEED_KMS = 299792.458;

/** The star's own motion, taken off .3 km/s too much or too little: 7 % of a pixel. */
export const radialVelocity: Nuisance = {
  name: 'radial velocity off by .3 km/s',
  description: 'each spectrum shifted by .3 km/s to the red or to the blue',
  apply(flux, { wavelength, chips }, random) {
    const sign = random.uniform() < 0.5 ? -1 : 1;
    for (const { start, end } of chips) {
      const middle = (start + end) >> 1;
      const step = Math.log(wavelength[middle + 1] / wavelength[middle]);
      chipResampled(flux, start, end, (sign * 0.3) / LIGHT_SPEED_KMS / step);
    }
  },
};
