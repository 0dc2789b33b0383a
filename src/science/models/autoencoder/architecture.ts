import { Network } from '../../networks/network.js';

/** Hidden layers, from the input on, and the width of the latent between them. */
export interface AutoencoderSizes {
  readonly latentSize: number;
  readonly encoder: readonly number[];
  readonly decoder: readonly number[];
}

/** The two networks of a conditional autoencoder (de Mijolla et al. 2021, equations A1 and A2) for spectra of `width` columns and `parameters` in u. */
export interface AutoencoderArchitecture {
  readonly width: number;
  readonly parameters: number;
  readonly latentSize: number;
  /** (x, u) -> z */
  readonly encoder: Network;
  /** (z, u) -> x */
  readonly decoder: Network;
}

export function autoencoderOf(sizes: AutoencoderSizes, width: number, parameters: number): AutoencoderArchitecture {
  const { latentSize } = sizes;
  return {
    width,
    parameters,
    latentSize,
    encoder: new Network('encoder', [width + parameters, ...sizes.encoder, latentSize]),
    decoder: new Network('decoder', [latentSize + parameters, ...sizes.decoder, width]),
  };
}
