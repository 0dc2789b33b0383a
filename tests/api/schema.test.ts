import { fileURLToPath } from 'node:url';
import { buildSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { printSchema } from '../../src/api/schema.js';

const committed = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url));

test('schema/schema.graphql is what the code makes (vitest -u writes it anew)', async () => {
  await expect(printSchema()).toMatchFileSnapshot(committed);
});

test('every type, field, argument and enum value is described', () => {
  const undescribed: string[] = [];
  const check = (place: string, { description }: { description?: string | null | undefined }) => {
    if (!description) undescribed.push(place);
  };
  for (const type of Object.values(buildSchema(printSchema()).getTypeMap())) {
    if (
      type.name.startsWith('__') ||
      ['Boolean', 'Float', 'ID', 'Int', 'String', 'Query', 'Subscription'].includes(type.name)
    )
      continue;
    check(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
  }
  const roots = buildSchema(printSchema());
  for (const root of [roots.getQueryType(), roots.getSubscriptionType()])
    for (const field of Object.values(root?.getFields() ?? {})) check(`${root?.name}.${field.name}`, field);
  for (const type of Object.values(buildSchema(printSchema()).getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields()))
        for (const argument of field.args)
          check(`${type.name}.${field.name}(${argument.name}: ${getNamedType(argument.type)})`, argument);
  expect(undescribed).toEqual([]);
});
