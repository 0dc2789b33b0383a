/** CODATA 2018, in the cgs units of the literature that the simulator follows. */
export const BOLTZMANN = 1.380649e-16; // erg/K
export const BOLTZMANN_EV = 8.617333262e-5; // eV/K
export const PLANCK = 6.62607015e-27; // erg s
export const ELECTRON_MASS = 9.1093837e-28; // g
export const ATOMIC_MASS = 1.66053907e-24; // g
/** Integrated cross-section of a transition of oscillator strength 1, pi e2 / (m c): cm2 Hz. */
export const UNIT_OSCILLATOR = 0.02654008;
/** One electron volt in wavenumbers, 1/cm. */
export const EV_IN_WAVENUMBERS = 8065.544;
/** cm in one Å. */
export const ANGSTROM = 1e-8;
