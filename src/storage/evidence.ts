import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { type EstimateColumns, toFloats } from './latent.js';
import { STAMP_SIZE, stampOf, toStamps } from './latentStamp.js';
import { bytesToFloat32 } from './littleEndian.js';
import { seenIn } from './revision.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** What a stored latent says of its star, for comparisons: see LatentEstimate. */
export interface StoredEvidence {
  /** Tells the row that it is from, see STAMP. */
  readonly stamp: string;
  readonly information: Float32Array;
  readonly informationVector: Float32Array;
  /** [Fe/H] of the same release with its error, dex; null where either is unknown. It counts under models that remove [Fe/H]. */
  readonly feh: { readonly value: number; readonly sigma: number } | null;
}

/** Columns of a latent `l` and the parameters `p` of EVIDENCE_JOIN, for `toEvidence`. */
export const EVIDENCE = `${stampOf('l.ctid', 'l.xmin')} as stamp, l.information, l.information_vector as "informationVector", p.feh, p.feh_error as "fehError"`;

/** Joins to a latent `l` of the release `visible` the parameters of its star there. */
export const EVIDENCE_JOIN = `left join star_parameters p on p.star_id = l.star_id and p.release_id = l.release_id and ${seenIn('p')}`;

export interface EvidenceColumns extends Pick<EstimateColumns, 'information' | 'informationVector'> {
  readonly stamp: Uint8Array;
  readonly feh: number | null;
  readonly fehError: number | null;
}

/** @returns null for a latent of an older version, or none */
export function toEvidence({
  stamp,
  information,
  informationVector,
  feh,
  fehError,
}: EvidenceColumns): StoredEvidence | null {
  if (!information || !informationVector) return null;
  return {
    stamp: toStamps(stamp)[0],
    information: bytesToFloat32(information),
    informationVector: toFloats(informationVector),
    feh: toMeasured(feh, fehError),
  };
}

/**
 * The evidence of each star's combined spectrum under a model, from the newest visible release that was encoded. Stars without an estimate are left out: no latent, or
 * a model of an older version. One statement.
 */
export async function loadEvidence(
  db: Database,
  view: View,
  modelId: string,
  ids: readonly StarId[],
): Promise<Map<StarId, StoredEvidence>> {
  // One list and one value for all: a search meets 300 stars that it knows nothing of, fifty searches 15,000.
  const [{ heads, numbers }] = await db.query<PackedEvidence>(
    `select json_agg(json_build_array(star_id, octet_length(information), dimensions, feh, feh_error) order by star_id) as heads,
       string_agg(stamp || information || vector_send(information_vector), '' order by star_id) as numbers
     from (
       select distinct on (l.star_id) l.star_id, ${stampOf('l.ctid', 'l.xmin')} as stamp, l.information, l.information_vector, vector_dims(l.information_vector) as dimensions, p.feh, p.feh_error
       from ${VISIBLE}
       join latent l on l.release_id = visible.release_id and ${seenIn('l')} ${EVIDENCE_JOIN}
       where l.model_id = $3 and l.star_id = any($4::text[]) and l.visit = 0
       order by l.star_id, visible.rank
     ) as newest where information is not null and information_vector is not null`,
    [...visibleParameters(view), modelId, ids],
  );
  return heads && numbers ? unpack(heads, numbers) : new Map();
}

interface PackedEvidence {
  /** Per star its id, the bytes of its information, the numbers of its information vector, [Fe/H] and its error. */
  readonly heads: readonly [StarId, number, number, number | null, number | null][] | null;
  /** The stamp, the information as it is stored, then the vector as pgvector sends it: two 16-bit numbers, then 32-bit floats, all big-endian. */
  readonly numbers: Uint8Array | null;
}

function unpack(
  heads: NonNullable<PackedEvidence['heads']>,
  { buffer, byteOffset }: Uint8Array,
): Map<StarId, StoredEvidence> {
  let at = byteOffset;
  return new Map(
    heads.map(([starId, size, dimensions, feh, fehError]) => {
      const [stamp] = toStamps(new Uint8Array(buffer, at, STAMP_SIZE));
      at += STAMP_SIZE;
      const information = bytesToFloat32(new Uint8Array(buffer, at, size));
      const sent = new DataView(buffer, at + size + 4, 4 * dimensions);
      at += size + 4 + 4 * dimensions;
      const informationVector = new Float32Array(dimensions);
      for (let i = 0; i < dimensions; i++) informationVector[i] = sent.getFloat32(4 * i);
      return [starId, { stamp, information, informationVector, feh: toMeasured(feh, fehError) }];
    }),
  );
}

function toMeasured(value: number | null, sigma: number | null): StoredEvidence['feh'] {
  return value !== null && sigma !== null && sigma > 0 ? { value, sigma } : null;
}
