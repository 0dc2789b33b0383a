/** A column of a table that is written, whatever the format. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** As VOUnits writes it; absent for a number without a unit. */
  readonly unit?: string;
  /** Unified Content Descriptor. */
  readonly ucd?: string;
  readonly utype?: string;
  readonly description: string;
  /** VOTable's type and shape, where they are not those that follow from `type`. */
  readonly datatype?: string;
  readonly arraysize?: string;
  /** Of 'text': the most bytes that a value has. Of 'floats' and 'masks': the numbers in each. */
  readonly size?: number;
}

/** 'float' has 32 bits, 'double' 64, 'int' 32; 'floats' is a list of 32-bit numbers, as long in every row, 'masks' one of 32 bits each. */
export type ColumnType = 'text' | 'int' | 'float' | 'double' | 'boolean' | 'floats' | 'masks';

export type Cell = string | number | boolean | ArrayLike<number> | null;
export type Row = readonly Cell[];
/** A column with what fills it. */
export type Filled<T> = Column & { readonly value: (row: T) => Cell };

/** Numbers that belong to the lists of every row, place by place: the wavelengths of spectra. */
export interface Axis {
  readonly name: string;
  readonly unit: string;
  readonly ucd: string;
  readonly description: string;
  readonly values: Float64Array;
}

/** What is told of a table before its first row. */
export interface TableDescription {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Told once, where a format has a place for it. */
  readonly axis?: Axis;
  /** What else a file tells: release, model, version. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Where bytes go, in order. Each call is awaited before the next, so that no more is held than one batch; the bytes are the writer's again when it has ended. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

/** Writes one table; rows come in batches, and as many as were announced. */
export interface TableWriter {
  write(rows: readonly Row[]): Promise<void>;
  end(): Promise<void>;
}

export interface TableFormat {
  readonly extension: string;
  /** Media type. */
  readonly type: string;
  /** Whether a cell can hold thousands of numbers. */
  readonly holdsArrays: boolean;
  open(table: TableDescription, sink: Sink): Promise<TableWriter>;
}
