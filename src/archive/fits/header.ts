/**
 * Writing of FITS (standard 4.0, IAU FITS Working Group 2018): headers of 80-character cards in blocks of 2880 bytes.
 */
export const BLOCK = 2880;
const CARD = 80;
/** Characters of a string between its quotes that one card holds. */
const STRING = 68;

type CardValue = string | number | boolean | null;
/** Keyword, value and comment; a card whose value is null or not finite is left out. */
export type Card = readonly [keyword: string, value: CardValue, comment?: string];

/** A header in whole blocks, closed by END. */
export function writeHeader(cards: readonly Card[]): Buffer {
  const text = `${cards.flatMap(writeCard).join('')}${'END'.padEnd(CARD)}`;
  return Buffer.from(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK), 'latin1');
}

/** Zero bytes that fill the last block of data of this length. */
export function dataPadding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
}

function writeCard([keyword, value, comment]: Card): string[] {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return [];
  if (typeof value === 'string') return writeString(keyword, printable(value), comment);
  const text = typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value).toUpperCase();
  return [finish(`${keyword.padEnd(8)}= ${text.padStart(20)}`, comment)];
}

/** One too long for a card goes on in CONTINUE cards (standard 4.0, 4.2.1.2). */
function writeString(keyword: string, value: string, comment?: string): string[] {
  const quoted = value.replaceAll("'", "''");
  if (quoted.length <= STRING) return [finish(`${keyword.padEnd(8)}= '${quoted.padEnd(8)}'`, comment)];
  const parts = quoted.match(new RegExp(`(?:''|[^']){1,${(STRING >> 1) - 1}}`, 'g')) ?? [];
  return parts.map((part, i) => {
    const start = i === 0 ? `${keyword.padEnd(8)}= ` : 'CONTINUE  ';
    return `${start}'${part}${i + 1 < parts.length ? '&' : ''}'`.padEnd(CARD);
  });
}

function finish(card: string, comment: string | undefined): string {
  return (comment ? `${card} / ${printable(comment)}` : card).slice(0, CARD).padEnd(CARD);
}

/** Headers hold printable ASCII alone (standard 4.0, 3.2). */
function printable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/g, '?');
}
