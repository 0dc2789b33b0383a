/** Bytes of a FITS header card, and of the blocks that headers and data are padded to (FITS Standard 4.0, sections 3.1 and 3.3.1). */
export const CARD = 80;
export const BLOCK = 2880;

/** null: the keyword is there without a value. An integer that a double cannot hold is a bigint; a complex number stays text. */
export type HeaderValue = string | number | bigint | boolean | null;

/** The keywords of one HDU (FITS Standard 4.0, section 4). Of a repeated keyword the first counts. */
export class Header {
  private constructor(private readonly values: ReadonlyMap<string, HeaderValue>) {}

  /** @param cards whole cards up to END, which may be included */
  static parse(cards: Buffer): Header {
    const values = new Map<string, HeaderValue>();
    let open: { keyword: string; text: string } | null = null;
    for (let offset = 0; offset + CARD <= cards.length; offset += CARD) {
      const card = cards.toString('latin1', offset, offset + CARD);
      if (open && card.startsWith('CONTINUE')) {
        open.text = open.text.slice(0, -1) + (quoted(card.slice(8)) ?? '');
        values.set(open.keyword, open.text.trimEnd());
      } else {
        open = null;
        const [keyword, value] = splitCard(card);
        if (keyword === 'END') break;
        if (value === null || values.has(keyword)) continue;
        const text = quoted(value);
        values.set(keyword, text === null ? parseValue(value) : text.trimEnd());
        if (text !== null) open = { keyword, text };
      }
      if (open && !open.text.endsWith('&')) open = null;
    }
    return new Header(values);
  }

  /** undefined where the keyword is absent. */
  get(keyword: string): HeaderValue | undefined {
    return this.values.get(keyword);
  }

  /** The value when it is a string, otherwise null. */
  text(keyword: string): string | null {
    const value = this.values.get(keyword);
    return typeof value === 'string' ? value : null;
  }

  /** The value when it is a number (a bigint as the nearest double), otherwise null. */
  number(keyword: string): number | null {
    const value = this.values.get(keyword);
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
  }
}

/** Keyword and the text after '= '; the text is null for cards without a value (COMMENT, HISTORY, blank, END). */
function splitCard(card: string): [keyword: string, value: string | null] {
  const hierarch = /^HIERARCH +([^=]+?) *=(.*)$/.exec(card);
  if (hierarch) return [hierarch[1], hierarch[2]];
  const keyword = card.slice(0, 8).trimEnd();
  return [keyword, card.startsWith('= ', 8) ? card.slice(10) : null];
}

/** The content of a quoted string, '' being one quote; NUL padding, which some writers leave inside the quotes, ends it. */
function quoted(value: string): string | null {
  const match = /^ *'((?:[^']|'')*)/.exec(value);
  return match ? match[1].replaceAll("''", "'").split('\0', 1)[0] : null;
}

function parseValue(value: string): HeaderValue {
  const text = value.split('/', 1)[0].replaceAll('\0', ' ').trim();
  if (text === '') return null;
  if (text === 'T' || text === 'F') return text === 'T';
  if (/^[+-]?\d+$/.test(text)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text.replace('+', ''));
  }
  if (/^[+-]?(\d+\.?\d*|\.\d+)([EeDd][+-]?\d+)?$/.test(text)) return Number(text.replace(/[Dd]/, 'E'));
  return text;
}
