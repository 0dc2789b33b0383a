import { Field, Float, InputType } from 'type-graphql';
import { InputError, NotReadyError } from '../../domain/errors.js';
import type { AbundanceCondition, EstimatedSpecies } from '../../storage/abundanceFilter.js';
import type { Context } from '../context.js';
import { checkRange, Range } from '../star/range.js';
import { checkMethod, chooseEstimator } from './choice.js';

@InputType({ description: 'A condition on an abundance under the served model.' })
export class AbundanceFilter {
  @Field({ description: 'Symbol of the element.' })
  element!: string;
  @Field(() => Range, {
    nullable: true,
    description: '[Fe/H] for Fe, [X/Fe] for the others, dex relative to the Sun.',
  })
  value?: Range | null;
  @Field(() => Float, { nullable: true, description: 'Largest 1-sigma error taken, dex.' })
  maxSigma?: number | null;
  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether values that are not reliable are left out: they are mostly what the population has.',
  })
  reliableOnly!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'nonlinear or linear. Where left out, nonlinear if there is an estimator, else linear.',
  })
  method?: string | null;
}

@InputType({ description: 'An abundance under the served model to order stars by.' })
export class AbundanceOrder {
  @Field({ description: 'Symbol of the element.' })
  element!: string;
  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether stars whose value is not reliable come last, as if they had none.',
  })
  reliableOnly!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'nonlinear or linear. Where left out, nonlinear if there is an estimator, else linear.',
  })
  method?: string | null;
}

/** Each is a look-up more for every star, and Postgres plans for minutes what has thousands of them; no estimator knows half as many species. */
const MOST_CONDITIONS = 40;

/**
 * Conditions on abundances in the store's terms.
 * @throws InputError for too many, an element that the estimator does not know, or a range that is upside down; NotReadyError where there is no estimator
 */
export async function toAbundanceConditions(
  context: Context,
  filters: readonly AbundanceFilter[],
): Promise<AbundanceCondition[]> {
  if (filters.length > MOST_CONDITIONS)
    throw new InputError('filter.abundances', `at most ${MOST_CONDITIONS} conditions`, filters.length);
  return Promise.all(
    filters.map(async ({ value, maxSigma, reliableOnly, ...asked }, i) => {
      const argument = `filter.abundances[${i}]`;
      checkRange(`${argument}.value`, value);
      if (maxSigma != null && !(maxSigma >= 0)) throw new InputError(`${argument}.maxSigma`, '0 or more', maxSigma);
      return { ...(await findSpecies(context, argument, asked)), value, maxSigma, reliableOnly };
    }),
  );
}

/** The same of an order. @throws as toAbundanceConditions */
export async function toAbundanceOrder(context: Context, order: AbundanceOrder): Promise<EstimatedSpecies> {
  const { reliableOnly, ...asked } = order;
  return { ...(await findSpecies(context, 'orderBy.abundance', asked)), reliableOnly };
}

/** An element as the newest estimator that answers for the served model has it. */
async function findSpecies(
  context: Context,
  argument: string,
  { element, method }: Pick<AbundanceFilter, 'element' | 'method'>,
): Promise<Pick<EstimatedSpecies, 'estimatorId' | 'species'>> {
  checkMethod(`${argument}.method`, method);
  const estimator = await chooseEstimator(context, null, method);
  if (!estimator)
    throw new NotReadyError(
      `${argument}: no estimator of abundances answers for the served model`,
      'npx starkin abundances train --release R --labels FILE',
    );
  const species = estimator.elements.indexOf(element);
  if (species < 0) throw new InputError(`${argument}.element`, estimator.elements.join(', '), element);
  return { estimatorId: estimator.id, species };
}
