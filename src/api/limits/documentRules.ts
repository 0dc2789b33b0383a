import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Settings } from '../../config.js';
import { LimitError } from '../../domain/errors.js';

/** What is measured of a selection, with the fragments that it uses. */
interface Extent {
  /** Fields within fields. */
  readonly depth: number;
  /** Fields under another name. */
  readonly aliases: number;
}

/**
 * Refuses documents that are too deep or have too many aliases, fragments counted wherever they are used, introspection like everything else. (graphql-armor's
 * rule for depth leaves introspection out.) Each fragment is measured once: a chain of fragments that use the next one twice takes no longer than it is.
 */
export function documentRules({ depth, aliases }: Settings['api']['limits']): ValidationRule[] {
  const rule: ValidationRule = (context) => {
    const measure = extents(context);
    return {
      OperationDefinition({ selectionSet }) {
        const extent = measure(selectionSet);
        if (extent.depth > depth)
          report(context, new LimitError('depth of the query', depth, extent.depth, 'ask in several queries'));
        if (extent.aliases > aliases)
          report(
            context,
            new LimitError(
              'aliases of the query',
              aliases,
              extent.aliases,
              'ask for lists by `ids`, or in several queries',
            ),
          );
      },
    };
  };
  return [rule];
}

function extents(context: ValidationContext): (selection: SelectionSetNode) => Extent {
  const known = new Map<string, Extent>();
  const ofFragment = (fragment: FragmentDefinitionNode | null | undefined): Extent => {
    if (!fragment) return nothing;
    const name = fragment.name.value;
    const measured = known.get(name);
    if (measured) return measured;
    // Of a fragment within itself, which another rule refuses.
    known.set(name, nothing);
    const extent = measure(fragment.selectionSet);
    known.set(name, extent);
    return extent;
  };
  const measure = ({ selections }: SelectionSetNode): Extent => {
    let depth = 0;
    let aliases = 0;
    for (const selection of selections) {
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(context.getFragment(selection.name.value))
          : selection.selectionSet
            ? measure(selection.selectionSet)
            : nothing;
      const isField = selection.kind === Kind.FIELD;
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
    }
    return { depth, aliases };
  };
  return measure;
}

const nothing: Extent = { depth: 0, aliases: 0 };

function report(context: ValidationContext, error: LimitError): void {
  context.reportError(new GraphQLError(error.message, { originalError: error }));
}
