/**
 * The failure vocabulary of Starkin. Every error that a user can cause or mend is one of these; anything else is a defect.
 *
 * A message names the place (file, dataset, argument, spectrum), what was expected and what was found. `remedy`, where there is one,
 * is the command or change that mends it. Codes are stable: they are printed by the command line with --json and
 * returned in GraphQL `extensions.code`.
 */
export type ErrorCode =
  | 'BAD_FILE'
  | 'BAD_SPECTRUM'
  | 'GRID_MISMATCH'
  | 'CONFLICT'
  | 'NOT_FOUND'
  | 'AMBIGUOUS_ID'
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'BAD_CONFIG'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'NOT_SAFELISTED'
  | 'CANCELLED'
  | 'NOT_READY'
  | 'BUSY'
  | 'TRAINING_FAILED'
  | 'JOB_FAILED'
  | 'DISK_FULL';

export class StarkinError extends Error {
  override readonly name: string = 'StarkinError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** Where in a file a reader stumbled, and over what. `place` is an HDU, a header keyword, a dataset or a byte range. */
export interface FileFault {
  readonly file: string;
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}

/** A file that is not what its format promises. The other files of a command are still read. */
export class FileError extends StarkinError {
  override readonly name = 'FileError';
  constructor(
    readonly fault: FileFault,
    remedy?: string,
  ) {
    super('BAD_FILE', `${fault.file}: ${fault.place}: expected ${fault.expected}, found ${fault.found}`, remedy);
  }
}

/** A spectrum that was read, but cannot be used: too few good pixels, for example. `subject` names the star and visit. */
export class SpectrumError extends StarkinError {
  override readonly name = 'SpectrumError';
  constructor(subject: string, expected: string, found: string, remedy?: string) {
    super('BAD_SPECTRUM', `${subject}: expected ${expected}, found ${found}`, remedy);
  }
}

/** A spectrum on another wavelength grid than the one asked for. Nothing is resampled behind the user's back. */
export class GridError extends StarkinError {
  override readonly name = 'GridError';
  constructor(subject: string, expected: string, found: string) {
    super('GRID_MISMATCH', `${subject}: expected the wavelength grid ${expected}, found ${found}`);
  }
}

/** The same key with other content: what is stored stays as it is. */
export class ConflictError extends StarkinError {
  override readonly name = 'ConflictError';
  constructor(message: string, remedy?: string) {
    super('CONFLICT', message, remedy);
  }
}

/** Nothing is known under this name. */
export class NotFoundError extends StarkinError {
  override readonly name = 'NotFoundError';
  constructor(kind: string, id: string, remedy?: string) {
    super('NOT_FOUND', `no ${kind} ${show(id)}`, remedy);
  }
}

/** An identifier that fits several stars; `candidates` are the forms that are unique. */
export class AmbiguousIdError extends StarkinError {
  override readonly name = 'AmbiguousIdError';
  constructor(
    id: string,
    readonly candidates: readonly string[],
  ) {
    super(
      'AMBIGUOUS_ID',
      `${show(id)} names ${candidates.length} stars: ${candidates.join(', ')}`,
      'ask for one of these forms',
    );
  }

  /** Those of a list as one error. */
  static of(all: readonly AmbiguousIdError[]): AmbiguousIdError {
    const error = new AmbiguousIdError(
      '',
      all.flatMap(({ candidates }) => candidates),
    );
    error.message = all.map(({ message }) => message).join('; ');
    return error;
  }
}

/** A request whose access token cannot be used, or that needs one and has none. */
export class AuthenticationError extends StarkinError {
  override readonly name = 'AuthenticationError';
  constructor(message: string, remedy?: string) {
    super('UNAUTHENTICATED', message, remedy);
  }
}

/** An argument outside what the command or field takes. */
export class InputError extends StarkinError {
  override readonly name = 'InputError';
  constructor(argument: string, expected: string, found: unknown, remedy?: string) {
    super('BAD_USER_INPUT', `${argument}: expected ${expected}, found ${show(found)}`, remedy);
  }
}

/** A query that is larger than the archive answers: too deep, too many aliases, too costly. */
export class LimitError extends StarkinError {
  override readonly name = 'LimitError';
  constructor(what: string, limit: number, found: number | string, remedy: string) {
    super('LIMIT_EXCEEDED', `${what}: expected at most ${limit}, found ${found}`, remedy);
  }
}

/** A client that has spent its budget but for what is `left` of it; it has another one after `retryAfter` seconds. */
export class RateLimitError extends StarkinError {
  override readonly name = 'RateLimitError';
  constructor(
    message: string,
    readonly retryAfter: number,
    readonly left: number,
  ) {
    super('RATE_LIMITED', message, `ask again in ${retryAfter} s`);
  }
}

/** An operation that is not among those that the archive was told to answer. */
export class SafelistError extends StarkinError {
  override readonly name = 'SafelistError';
  constructor(message: string) {
    super('NOT_SAFELISTED', message, 'ask the operator of the archive to add it to api.safelist');
  }
}

/** Work that was given up since nobody waits for it any more. */
export class CancelledError extends StarkinError {
  override readonly name = 'CancelledError';
  constructor(message = 'the client is gone: what it asked for was given up') {
    super('CANCELLED', message);
  }
}

/** A setting (environment variable or configuration file) that cannot be used. */
export class ConfigError extends StarkinError {
  override readonly name = 'ConfigError';
  constructor(setting: string, expected: string, found: unknown) {
    super('BAD_CONFIG', ConfigError.line({ setting, expected, found }));
  }

  /** All faults of a configuration as one error, a line each. */
  static of([first, ...others]: readonly ConfigFault[]): ConfigError {
    const error = new ConfigError(first.setting, first.expected, first.found);
    for (const fault of others) error.message += `\n${ConfigError.line(fault)}`;
    return error;
  }

  private static line({ setting, expected, found }: ConfigFault): string {
    return `${setting}: expected ${expected}, found ${show(found)}`;
  }
}

/** A variable or setting that is not what it should be. */
export interface ConfigFault {
  readonly setting: string;
  readonly expected: string;
  readonly found: unknown;
}

/** The archive is not in the state that the request needs: no served model, a release still a draft. */
export class NotReadyError extends StarkinError {
  override readonly name = 'NotReadyError';
  constructor(message: string, remedy?: string) {
    super('NOT_READY', message, remedy);
  }
}

/** Somebody else owns what is needed: the archive's lock, the one running task. */
export class BusyError extends StarkinError {
  override readonly name = 'BusyError';
  constructor(message: string, remedy?: string) {
    super('BUSY', message, remedy);
  }
}

/** A part of a run that was handed to the workers failed for good; the message says which, and why. What the other parts did is kept. */
export class JobError extends StarkinError {
  override readonly name = 'JobError';
  constructor(part: string, reason: string, remedy?: string) {
    super('JOB_FAILED', `${part} failed: ${reason}`, remedy);
  }
}

/** Training cannot start or cannot go on; the message says at which step, and what remains. */
export class TrainingError extends StarkinError {
  override readonly name: string = 'TrainingError';
  constructor(message: string, remedy?: string) {
    super('TRAINING_FAILED', message, remedy);
  }
}

/** A training that began well and went astray: a loss or weight that is not finite, or far worse than at the start. */
export class DivergenceError extends TrainingError {
  override readonly name = 'DivergenceError';
}

/** Characters of what was given that a message repeats: one request of a few MB could else be told again at each of a thousand stars. */
const LONGEST_QUOTE = 300;

function show(value: unknown): string {
  const text = String(value);
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return typeof value === 'string' ? `"${shown}"` : shown;
}
