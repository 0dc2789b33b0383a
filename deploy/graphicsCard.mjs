/** Whether TensorFlow is to use a graphics card: what the machine has, unless STARKIN_TENSORFLOW says otherwise. */
import { run, SetupError } from './setupProcess.mjs';

const choices = ['auto', 'cpu', 'gpu'];

/**
 * The variable as it is set.
 * @throws SetupError when it is none of its values
 */
export function tensorflowSetting() {
  const setting = process.env.STARKIN_TENSORFLOW || 'auto';
  if (!choices.includes(setting))
    throw new SetupError(`STARKIN_TENSORFLOW: expected ${choices.join(', ')}, found ${setting}`);
  return setting;
}

/**
 * @returns {Promise<{ card: boolean, because: string }>} whether the library for cards is wanted, and a sentence for the user
 */
export async function chooseDevice() {
  const setting = tensorflowSetting();
  if (setting !== 'auto')
    return {
      card: setting === 'gpu',
      because: `TensorFlow for ${setting === 'gpu' ? 'a graphics card' : 'processors'}, as STARKIN_TENSORFLOW says`,
    };
  // A driver without a card fails here, and a card without a driver has no such program.
  const { ok, status, output } = await run('nvidia-smi', ['-L'], { capture: true });
  const cards = output.split('\n').filter((line) => /^GPU \d+: /.test(line));
  if (ok && cards.length > 0)
    return { card: true, because: `TensorFlow for the graphics card ${cards[0].replace(/^GPU \d+: | \(UUID.*/g, '')}` };
  const why = ok ? 'names none' : status;
  return { card: false, because: `no graphics card (nvidia-smi ${why}): TensorFlow for processors` };
}
