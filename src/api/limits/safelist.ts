import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  print,
  separateOperations,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { ConfigError, SafelistError } from '../../domain/errors.js';
import { checkNesting } from './nesting.js';

const SETTING = 'api.safelist';
/** Tokens of the largest document that is looked up: sorting one costs far more than reading it. */
const LONGEST = 10_000;

/** The operations that an archive answers, where its operator has named them: by the SHA-256 of their text, or by the text itself, however it is laid out and ordered. */
export class Safelist {
  readonly #byHash = new Map<string, string>();
  readonly #byText = new Map<string, string>();

  /**
   * @param paths folders of .graphql files, or JSON files of SHA-256 -> document, as graphql-codegen writes them (persistedDocuments); absolute
   * @throws ConfigError naming the file that cannot be read or holds something else
   */
  constructor(paths: readonly string[]) {
    for (const path of paths) for (const [hash, document] of documents(path)) this.#add(path, hash, document);
  }

  /** The document that a request names by its hash, or gives. @throws SafelistError when it is not in the list */
  admit(query: unknown, sha256: unknown): string {
    if (typeof sha256 === 'string') {
      const document = this.#byHash.get(bare(sha256));
      if (document === undefined)
        throw new SafelistError(`no operation with the SHA-256 ${sha256.slice(0, 64)} is in the safelist`);
      return document;
    }
    const document = typeof query === 'string' ? this.#byText.get(canonical(query) ?? '') : undefined;
    if (document === undefined)
      throw new SafelistError('this archive answers only the operations of its safelist, and this is none of them');
    return document;
  }

  #add(path: string, hash: string | null, document: string): void {
    const text = canonical(document);
    if (text === null) throw new ConfigError(`${SETTING}: ${path}`, 'GraphQL documents', document.slice(0, 60));
    this.#byText.set(text, document);
    for (const one of [hash, sha256(document), sha256(text)]) if (one !== null) this.#byHash.set(bare(one), document);
  }
}

function documents(path: string): [string | null, string][] {
  try {
    if (statSync(path).isDirectory()) {
      const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(graphql|gql)$/.test(name))
        .map((name) => readFileSync(join(path, name), 'utf8'));
      return [...files, ...singleOperations(files)].map((document) => [null, document]);
    }
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (content === null || typeof content !== 'object') throw new TypeError('no object');
    return Object.entries(content).map(([hash, document]) => [hash, String(document)]);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      SETTING,
      'a folder of .graphql files, or a JSON file of SHA-256 -> document',
      `${path} (${(error as Error).message})`,
    );
  }
}

/**
 * What clients send of the files of a folder: one operation with the fragments that it uses, of its own file or of another.
 * @throws ConfigError for an operation whose fragment is in none, or differs between two
 */
function singleOperations(files: readonly string[]): string[] {
  const parsed = files.map((file) => parse(file, { noLocation: true }).definitions);
  const shared = Map.groupBy(parsed.flat().filter(isFragment), ({ name }) => name.value);
  const same = [...shared.values()].filter((alike) => new Set(alike.map(print)).size === 1).map(([one]) => one);
  return parsed.flatMap((definitions) => {
    const own = definitions.filter(isFragment);
    const others = same.filter(({ name }) => !own.some((one) => one.name.value === name.value));
    return definitions
      .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
      .flatMap((one) =>
        Object.values(separateOperations({ kind: Kind.DOCUMENT, definitions: [one, ...own, ...others] })),
      )
      .map(complete);
  });
}

function isFragment(node: ASTNode): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

/** The text of an operation that lacks no fragment. @throws ConfigError */
function complete(operation: DocumentNode): string {
  const there = operation.definitions.filter(isFragment).map(({ name }) => name.value);
  visit(operation, {
    FragmentSpread({ name: { value } }) {
      if (!there.includes(value)) throw new ConfigError(SETTING, `one fragment ${value}`, 'none, or two that differ');
    },
  });
  return print(operation);
}

/**
 * A document in one form, whatever its layout and the order of its fields, arguments and fragments: graphql-codegen sorts what it writes down, and clients send what they were
 * compiled with. null for what is no GraphQL at all.
 */
function canonical(document: string): string | null {
  try {
    checkNesting(document);
    const sorted = visit(parse(document, { noLocation: true, maxTokens: LONGEST }), {
      Document: { leave: (node) => ({ ...node, definitions: inOrder(node.definitions) }) },
      OperationDefinition: {
        leave: (node) => ({ ...node, variableDefinitions: inOrder(node.variableDefinitions ?? []) }),
      },
      SelectionSet: { leave: (node) => ({ ...node, selections: inOrder(node.selections) }) },
      Field: { leave: (node) => ({ ...node, arguments: inOrder(node.arguments ?? []) }) },
      ObjectValue: { leave: (node) => ({ ...node, fields: inOrder(node.fields) }) },
    });
    return stripIgnoredCharacters(print(sorted));
  } catch {
    return null;
  }
}

function inOrder<Node extends ASTNode>(nodes: readonly Node[]): Node[] {
  return nodes
    .map((node) => ({ node, text: print(node) }))
    .sort((one, other) => (one.text < other.text ? -1 : 1))
    .map(({ node }) => node);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Without the name of the algorithm, which graphql-codegen writes before it. */
function bare(hash: string): string {
  return hash.toLowerCase().replace(/^sha256:/, '');
}
