import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { parseDeclination, parseRightAscension } from '../../domain/skyPosition.js';

/** Both take numbers and text, and hand the resolver degrees. */
export const RightAscension = skyAngle(
  'RightAscension',
  'A right ascension, ICRS: a number of degrees, 0 to 360 (-180 to 0 is taken for 180 to 360), or text: hours, minutes and seconds as in ' +
    '"17:33:54.83", "17 33 54.83" or "17h33m54.83s", or degrees as in "263.47846" or "263d28m42.45s".',
  'degrees from -180 to 360, or text such as "17:33:54.83" (hours) or "263.47846" (degrees)',
  parseRightAscension,
);

export const Declination = skyAngle(
  'Declination',
  'A declination, ICRS: a number of degrees, -90 to 90, or text: degrees, minutes and seconds of arc as in "-27:53:04.3", "-27 53 04.3" or ' +
    '"-27d53m04.3s", or degrees as in "-27.88453".',
  'degrees from -90 to 90, or text such as "-27:53:04.3" or "-27.88453"',
  parseDeclination,
);

function skyAngle(
  name: string,
  description: string,
  expected: string,
  parse: (value: number | string) => number | null,
): GraphQLScalarType<number, number> {
  const parseValue = (value: unknown): number => {
    const degrees = typeof value === 'number' || typeof value === 'string' ? parse(value) : null;
    if (degrees !== null) return degrees;
    throw new GraphQLError(`${name} takes ${expected}, found ${JSON.stringify(value)?.slice(0, 60)}`);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: parseValue,
    parseValue,
    parseLiteral: (node) => parseValue(literal(node)),
  });
}

function literal(node: ValueNode): unknown {
  return node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : valueFromASTUntyped(node);
}
