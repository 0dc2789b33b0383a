import { open } from 'node:fs/promises';
import { StarkinError } from '../domain/errors.js';
import { type Artefact, readArtefact } from '../science/artefact/artefact.js';
import { fill } from './filledArray.js';

/** What an earlier run of a training kept, when it is whole and comes from this spool. Half a file is not possible, a bad disk is. */
export async function keptArtefact(
  file: string,
  spool: string,
  tell: (damage: string) => void = () => {},
): Promise<Artefact | null> {
  const bytes = await readWhole(file);
  if (!bytes) return null;
  try {
    const artefact = readArtefact(bytes);
    return artefact.metadata.spool === spool ? artefact : null;
  } catch (error) {
    if (!(error instanceof StarkinError)) throw error;
    tell(error.message);
    return null;
  }
}

/** readFile refuses files above 2 GiB; the checkpoint of a critic beside an autoencoder of the paper's size is larger. */
async function readWhole(file: string): Promise<Uint8Array | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (!handle) return null;
  try {
    const bytes = new Uint8Array((await handle.stat()).size);
    await fill(handle, bytes, 0);
    return bytes;
  } finally {
    await handle.close();
  }
}
