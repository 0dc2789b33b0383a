/**
 * What graphql-codegen makes for clients in TypeScript out of schema/schema.graphql and the operations that it finds: `*.graphql` files and `graphql(`…`)` in the sources.
 * Documents are strings (`documentMode`), so that no client needs a GraphQL parser.
 *
 * @type {import('@graphql-codegen/cli').CodegenConfig}
 */
export default {
  schema: 'schema/schema.graphql',
  generates: Object.fromEntries(
    ['src/explorer', 'tests/client'].map((folder) => [
      `${folder}/generated/`,
      {
        documents: [`${folder}/**/*.{graphql,ts,tsx}`, `!${folder}/generated/**`],
        preset: 'client',
        // persisted-documents.json, SHA-256 -> document: an archive with a safelist is given it, so that its own page still works.
        presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
        config: {
          documentMode: 'string',
          useTypeImports: true,
          enumsAsTypes: true,
          immutableTypes: true,
          strictScalars: true,
          scalars: {
            DateTimeISO: 'string',
            Declination: 'number | string',
            FloatArray: 'readonly (number | null)[] | string',
            JSONObject: 'Readonly<Record<string, unknown>>',
            MaskArray: 'readonly number[] | readonly (readonly string[])[]',
            RightAscension: 'number | string',
          },
        },
      },
    ]),
  ),
  ignoreNoDocuments: true,
  importExtension: '.js',
  emitLegacyCommonJSImports: false,
};
