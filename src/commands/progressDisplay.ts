import { SingleBar } from 'cli-progress';
import type { ProgressEvent, Report } from '../domain/progress.js';

/** On a terminal a bar redraws itself this often at most; elsewhere a line is written this often. */
const REDRAWS_PER_SECOND = 8;
const LINE_EVERY_MS = 10_000;

/** The stage of an event whose detail is a whole screen, to stand in place of the one before. */
export const SCREEN = 'screen';
/** Clears a terminal and goes to its first line (ECMA-48: ED, CUP). */
const CLEAR = '\u001b[2J\u001b[H';

/** Shows progress on stderr, so that stdout holds results alone. */
export class ProgressDisplay {
  private bar: SingleBar | null = null;
  private stage = '';
  private lastLine = 0;
  private last: ProgressEvent | null = null;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  readonly report: Report = (event) => {
    if (event.stage === SCREEN) {
      this.stream.write(`${this.stream.isTTY ? CLEAR : ''}${event.detail}\n`);
      return;
    }
    // Two ingests in a row are two bars: a stage with another total has begun anew.
    if (event.stage !== this.stage || event.total !== this.last?.total) this.begin(event);
    this.last = event;
    if (this.stream.isTTY) {
      // A search may find that it needs one trial more.
      this.bar?.setTotal(event.total);
      this.bar?.update(event.done, payload(event));
    } else if (Date.now() - this.lastLine > LINE_EVERY_MS) this.writeLine(event);
  };

  /** Ends the bar, so that what follows starts on a line of its own. */
  finish(): void {
    this.bar?.stop();
    this.bar = null;
    if (!this.stream.isTTY && this.last) this.writeLine(this.last);
    this.stage = '';
    this.last = null;
  }

  private begin(event: ProgressEvent): void {
    this.finish();
    this.stage = event.stage;
    this.lastLine = Date.now();
    if (!this.stream.isTTY) return;
    this.bar = new SingleBar({
      format: '{stage} {bar} {percentage}% {value}/{total} {unit} {detail}',
      barsize: 24,
      fps: REDRAWS_PER_SECOND,
      hideCursor: true,
      stream: this.stream,
      autopadding: true,
    });
    this.bar.start(event.total, event.done, payload(event));
  }

  private writeLine({ stage, done, total, unit, detail }: ProgressEvent): void {
    this.lastLine = Date.now();
    this.stream.write(`${stage}: ${done}${total ? ` of ${total}` : ''} ${unit}${detail ? ` (${detail})` : ''}\n`);
  }
}

function payload({ stage, unit, detail }: ProgressEvent) {
  return { stage: stage.padEnd(10), unit, detail: detail ?? '' };
}
