import type { Sink } from './column.js';

/** Bytes that become one line: a multiple of three, so that base64 needs no padding within. */
const LINE = 48 * 1024;

/** Base64 (RFC 4648) of bytes that come in pieces, line by line: the text of a whole batch would lie where V8 collects last. */
export class Base64 {
  private readonly waiting = Buffer.allocUnsafe(LINE);
  private readonly line = Buffer.allocUnsafe((LINE / 3) * 4 + 1);
  private used = 0;

  constructor(private readonly sink: Sink) {}

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const taken = bytes.copy(this.waiting, this.used, at);
      at += taken;
      this.used += taken;
      if (this.used === LINE) await this.end();
    }
  }

  /** Writes what waits, padded. */
  async end(): Promise<void> {
    if (this.used === 0) return;
    const length = this.line.write(`${this.waiting.toString('base64', 0, this.used)}\n`, 'latin1');
    this.used = 0;
    await this.sink(this.line.subarray(0, length));
  }
}
