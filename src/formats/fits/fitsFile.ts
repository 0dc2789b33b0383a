import { FileError } from '../../domain/errors.js';
import { describeStart } from '../fileSignature.js';
import { SourceFile } from '../sourceFile.js';
import { describeHdu, type Hdu, makeHdu } from './hdu.js';
import { BLOCK, CARD, Header } from './header.js';

/** Headers are read this many blocks at a time: those of survey files rarely have more. */
const BLOCKS_AT_ONCE = 4;
/** A header without END in this many blocks (36,000 cards) is no header. */
const MAX_BLOCKS = 1000;

/**
 * A FITS file (FITS Standard 4.0; Pence et al. 2010, A&A 524, A42). Opening walks all HDUs and checks that each lies within the file;
 * data are read only when asked for.
 */
export class FitsFile {
  private constructor(
    private readonly source: SourceFile,
    readonly hdus: readonly Hdu[],
  ) {}

  /**
   * The file may be gzip-compressed.
   * @throws FileError when the file is missing, empty, not FITS or truncated, or a header makes no sense
   */
  static async open(path: string): Promise<FitsFile> {
    const source = await SourceFile.openUnpacked(path, 'a FITS file', 'SIMPLE  =');
    try {
      return new FitsFile(source, await walk(source));
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  get path(): string {
    return this.source.path;
  }

  /** Bytes of an HDU's data, from `offset` within them. */
  read(hdu: Hdu, offset: number, length: number): Promise<Buffer> {
    return this.source.read(hdu.start + offset, length, `HDU ${hdu.index}`);
  }

  /** SHA-256 of the whole file, in hexadecimal. */
  checksum(): Promise<string> {
    return this.source.checksum();
  }

  /** What the file holds, in the words of an error message. */
  describe(): string {
    const shown = this.hdus.slice(0, 5).map((hdu) => `HDU ${hdu.index} ${describeHdu(hdu)}`);
    return `a FITS file of ${this.hdus.length} HDUs: ${shown.join('; ')}${this.hdus.length > shown.length ? '; …' : ''}`;
  }

  /** What is wrong with one of its HDUs. */
  fault(hdu: number, expected: string, found: string): FileError {
    return new FileError({ file: this.path, place: `HDU ${hdu}`, expected, found });
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

async function walk(source: SourceFile): Promise<Hdu[]> {
  const start = await source.start(CARD);
  if (!/^SIMPLE {2}= +T/.test(start.toString('latin1'))) {
    const found = describeStart(start);
    throw new FileError({ file: source.path, place: 'first card', expected: 'SIMPLE = T, as in a FITS file', found });
  }
  const hdus: Hdu[] = [];
  let offset = 0;
  while (offset < source.size) {
    const read = await readHeader(source, hdus.length, offset);
    if (!read) break;
    const hdu = makeHdu(source.path, hdus.length, read.header, read.end);
    // Padding after the last HDU's data is often left out; data are not.
    if (hdu.start + hdu.bytes > source.size) throw source.truncated(`HDU ${hdu.index}`, hdu.start + hdu.bytes);
    hdus.push(hdu);
    offset = hdu.start + Math.ceil(hdu.bytes / BLOCK) * BLOCK;
  }
  return hdus;
}

/** null where only padding is left. */
async function readHeader(
  source: SourceFile,
  index: number,
  offset: number,
): Promise<{ header: Header; end: number } | null> {
  const place = `header of HDU ${index}`;
  let cards = Buffer.alloc(0);
  for (let blocks = 0; blocks < MAX_BLOCKS; blocks += BLOCKS_AT_ONCE) {
    const from = offset + cards.length;
    const length = Math.min(BLOCKS_AT_ONCE * BLOCK, source.size - from);
    if (length <= 0) throw source.truncated(place, from + BLOCK);
    const scanned = cards.length;
    cards = Buffer.concat([cards, await source.read(from, length, place)]);
    if (scanned === 0 && index > 0 && !cards.toString('latin1', 0, 8).startsWith('XTENSION')) {
      if (cards.every((byte) => byte === 0 || byte === 0x20)) return null;
      const found = describeStart(cards.subarray(0, 64));
      throw new FileError({ file: source.path, place, expected: 'a card XTENSION, or the end of the file', found });
    }
    const end = findEnd(cards, scanned);
    if (end >= 0)
      return { header: Header.parse(cards.subarray(0, end)), end: offset + Math.ceil((end + CARD) / BLOCK) * BLOCK };
    if (length % BLOCK !== 0) throw source.truncated(place, from + Math.ceil(length / BLOCK) * BLOCK);
  }
  throw new FileError({ file: source.path, place, expected: `a card END within ${MAX_BLOCKS} blocks`, found: 'none' });
}

/** Offset of the END card, or -1. */
function findEnd(cards: Buffer, from: number): number {
  for (let offset = from; offset + CARD <= cards.length; offset += CARD)
    if (cards.toString('latin1', offset, offset + 8) === 'END     ') return offset;
  return -1;
}
