import fc, { type Arbitrary } from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** What has broken other programs: SQL, paths, templates, ends of text, other alphabets, ids that are nearly ids, cursors that are nearly cursors. */
const nasty = [
  '',
  ' ',
  "'; drop table star; --",
  "' or '1'='1",
  '" or ""="',
  '$1',
  '%',
  '_%\\',
  '\\',
  '\0',
  'apogee:\0',
  'apogee:',
  ':',
  ':::',
  'S06\n',
  '../../etc/passwd',
  '{{7*7}}',
  '#{7*7}',
  '<script>alert(1)</script>',
  '\u202e\u0000\uffff',
  '👩‍🚀',
  '\ud800',
  'null',
  'undefined',
  'NaN',
  '__proto__',
  'constructor',
  'toString',
  '9'.repeat(400),
  '18446744073709551616',
  'a'.repeat(20_000),
  Buffer.from('Star:apogee:S06').toString('base64url').slice(0, -1),
  Buffer.from('Star:').toString('base64url'),
  Buffer.from('Model:x').toString('base64'),
  Buffer.from('{}').toString('base64url'),
  Buffer.from('[1,2,3]').toString('base64url'),
  Buffer.from('{"__proto__":{"id":1}}').toString('base64url'),
  Buffer.from('{"filter":"","order":"","value":1e999,"id":"a:b"}').toString('base64url'),
];

const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 40 }), fc.base64String());
const int = fc.oneof(
  fc.constantFrom(0, -1, 1, 20, 1000, 1001, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, -0).map(String),
  fc.integer().map(String),
);
/** As literals of GraphQL: 1e999 is a Float to it, and infinite. The poles, both ends of right ascension, and beyond. */
const float = fc.oneof(
  fc.constantFrom(
    '1e999',
    '-1e999',
    '1e308',
    '5e-324',
    '-0.0',
    '0',
    '90',
    '-90',
    '90.0000001',
    '-91',
    '360',
    '359.9999999999',
    '-1e-300',
    '360.1',
    '-180',
    '1e17',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(literalOf),
  fc.double({ min: -100, max: 400, noNaN: true }).map(literalOf),
);

function literalOf(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value).replace(/e\+/, 'e');
}

/** Literals for an argument of this type: mostly of the right type and a wrong value, now and then of a wrong type. */
export function literals(type: GraphQLInputType): Arbitrary<string> {
  const wrong = fc.constantFrom('null', '{}', '[]', '"x"', '1', 'true', 'WORD', '[[[]]]', '{ a: 1 }');
  return fc.oneof({ weight: 9, arbitrary: rightType(type) }, { weight: 1, arbitrary: wrong });
}

function rightType(type: GraphQLInputType): Arbitrary<string> {
  if (isNonNullType(type)) return rightType(type.ofType);
  if (isListType(type)) {
    const items = fc.array(literals(type.ofType), { maxLength: 4 }).map((all) => `[${all.join(', ')}]`);
    return fc.oneof(
      { weight: 9, arbitrary: items },
      { weight: 1, arbitrary: fc.constant(`[${'"S06", '.repeat(1100)}]`) },
    );
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name), 'NOTHING');
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const some = Object.fromEntries(fields.map(({ name, type: inner }) => [name, literals(inner)]));
    const required = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
    return fc.record(some, { requiredKeys: required }).map(
      (record) =>
        `{ ${Object.entries(record)
          .map(([name, value]) => `${name}: ${value}`)
          .join(', ')} }`,
    );
  }
  switch (type.name) {
    case 'Int':
      return int;
    case 'Float':
      return float;
    case 'Boolean':
      return fc.constantFrom('true', 'false');
    case 'FloatArray':
      return fc.oneof(
        fc
          .array(fc.oneof(float, fc.constant('null'), text.map(quoted)), { maxLength: 30 })
          .map((all) => `[${all.join(' ')}]`),
        fc.float32Array({ maxLength: 30 }).map((values) => quoted(Buffer.from(values.buffer).toString('base64'))),
        text.map(quoted),
      );
    case 'RightAscension':
    case 'Declination':
      return fc.oneof(
        float,
        text.map(quoted),
        fc.constantFrom('"12:34:56.7"', '"-89:59:60"', '"24:00:00"', '"12h61m"', '"+91:00:00"').map(String),
      );
    default:
      return text.map(quoted);
  }
}

function quoted(value: string): string {
  return JSON.stringify(value);
}

/** How objects are reached within a query whose field needs an argument. */
const reached: Readonly<Record<string, string>> = {
  'Query.star': '(id: "STAR")',
  'Query.compare': '(a: "STAR", b: "STAR")',
  'Query.coneSearch': '(ra: 1, dec: 1, radius: 1)',
};

export interface FieldWithArguments {
  readonly name: string;
  readonly args: readonly GraphQLArgument[];
  /** The whole query, given the literals of some of the arguments. */
  query(given: Readonly<Record<string, string>>): string;
}

/** Every field with arguments that a query can reach, with the shortest way there. @param star an id that is in the archive */
export function fieldsWithArguments(schema: GraphQLSchema, star: string): FieldWithArguments[] {
  const found: FieldWithArguments[] = [];
  const seen = new Set(['Query']);
  const queue: { type: string; open: string }[] = [{ type: 'Query', open: '{' }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const type = schema.getType(next.type);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const place = `${type.name}.${field.name}`;
      const inner = getNamedType(field.type);
      if (field.args.length > 0) found.push(asked(place, field, next.open));
      const needs = field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);
      if (isLeafType(inner) || seen.has(inner.name) || (needs && !(place in reached))) continue;
      seen.add(inner.name);
      const args = (reached[place] ?? '').replaceAll('STAR', star);
      queue.push({ type: inner.name, open: `${next.open} ${field.name}${args} {` });
    }
  }
  return found;
}

function asked(name: string, field: GraphQLField<unknown, unknown>, open: string): FieldWithArguments {
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  const close = ' }'.repeat(open.split('{').length - 1);
  return {
    name,
    args: field.args,
    query: (given) => {
      const list = Object.entries(given).map(([argument, literal]) => `${argument}: ${literal}`);
      return `${open} ${field.name}${list.length > 0 ? `(${list.join(', ')})` : ''}${selection}${close}`;
    },
  };
}
