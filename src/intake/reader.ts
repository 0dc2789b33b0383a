import { constants } from 'node:fs';
import { StarkinError } from '../domain/errors.js';
import { readSingleSpectrum } from '../formats/singleSpectrum/recognise.js';
import { type Answer, toText } from './answer.js';

/**
 * The program of the process that reads one untrusted file: its path is the one argument, its answer goes to the standard output. It may read that
 * file and its own code, write nothing, start nothing, and sees no environment.
 */
const [, , path] = process.argv;

// Emscripten's file system (in h5wasm) asks Node's inside for the flags of open(), which the permission model refuses; they are these.
Object.assign(process, { binding: () => ({ fs: constants }) });

process.stdout.write(toText(await read()));

async function read(): Promise<Answer> {
  try {
    return { kind: 'spectrum', spectrum: await readSingleSpectrum(path) };
  } catch (error) {
    if (error instanceof StarkinError) return { kind: 'refused', message: error.message, remedy: error.remedy ?? null };
    return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
