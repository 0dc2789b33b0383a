import type { Nuisance } from './nuisance.js';

const SHARE = 0.05;

/** Charge that an earlier exposure left in the detector: 5 % of featureless light in the bluest chip, which fills its lines in. */
export const persistence: Nuisance = {
  name: 'persistence of 5 % in the blue chip',
  description:
    '5 % of featureless light on top of the bluest chip, normalised away with it: its lines are 5 % shallower',
  apply(flux, { chips: [{ start, end }] }) {
    for (let i = start; i < end; i++) flux[i] = (flux[i] + SHARE) / (1 + SHARE);
  },
};
