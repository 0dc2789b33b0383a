import { Network } from '../../networks/network.js';
import type { FaderDisSettings } from './settings.js';

/** The three networks of FaderDis (Lample et al. 2017; de Mijolla et al. 2021, equations A4 to A6) for spectra of `width` columns and `parameters` in u. */
export interface Architecture {
  readonly width: number;
  readonly parameters: number;
  readonly latentSize: number;
  /** (x, u) -> z */
  readonly encoder: Network;
  /** (z, u) -> x */
  readonly decoder: Network;
  /** z -> logits of the bins of u. Equation A6 feeds it u as well; section 3.3.2, and the idea itself, need z alone. */
  readonly auxiliary: Network;
}

export function architectureOf(settings: FaderDisSettings, width: number, parameters: number): Architecture {
  const { latentSize, bins } = settings;
  return {
    width,
    parameters,
    latentSize,
    encoder: new Network('encoder', [width + parameters, ...settings.encoder, latentSize]),
    decoder: new Network('decoder', [latentSize + parameters, ...settings.decoder, width]),
    auxiliary: new Network('auxiliary', [latentSize, ...settings.auxiliary, bins ** parameters]),
  };
}
