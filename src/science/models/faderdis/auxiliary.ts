import { Network } from '../../networks/network.js';
import type { FaderDisSettings } from './settings.js';

/** z -> logits of the bins of u. Equation A6 of de Mijolla et al. (2021) feeds it u as well; section 3.3.2, and the idea itself, need z alone. */
export function auxiliaryOf(settings: FaderDisSettings, parameters: number): Network {
  const { latentSize, auxiliary, bins } = settings;
  return new Network('auxiliary', [latentSize, ...auxiliary, bins ** parameters]);
}
