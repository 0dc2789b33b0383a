import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArtefact, writeArtefact } from '../../src/science/artefact/artefact.js';
import type { Tensors } from '../../src/science/artefact/tensors.js';

/** A folder of intermediate results by name, so that an evaluation that was stopped goes on where it was. */
export class Shelf {
  constructor(readonly folder: string) {}

  /** What is kept under this name, or what `make` makes, which is kept from then on. A damaged file is made anew. */
  async tensors(name: string, make: () => Promise<Tensors>): Promise<Tensors> {
    const kept = await readFile(this.file(name)).then(
      (bytes) => readArtefact(bytes).tensors,
      () => null,
    );
    if (kept) return kept;
    const made = await make();
    await this.write(name, writeArtefact(made, {}));
    return made;
  }

  /** The same for plain JSON. */
  async json<T>(name: string, make: () => Promise<T>): Promise<T> {
    const kept = await readFile(this.file(name), 'utf8').then(
      (text) => ({ value: JSON.parse(text) as T }),
      () => null,
    );
    if (kept) return kept.value;
    const made = await make();
    await this.write(name, JSON.stringify(made));
    return made;
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private async write(name: string, content: Uint8Array | string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const part = `${this.file(name)}.part`;
    await writeFile(part, content);
    await rename(part, this.file(name));
  }
}
