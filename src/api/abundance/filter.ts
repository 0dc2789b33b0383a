import { Field, Float, InputType } from 'type-graphql';
import { InputError, NotReadyError } from '../../domain/errors.js';
import type { AbundanceCondition } from '../../storage/abundanceFilter.js';
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

/**
 * Conditions on abundances in the store's terms.
 * @throws InputError for an element that the estimator does not know, or a range that is upside down; NotReadyError where there is no estimator
 */
export async function toAbundanceConditions(
  context: Context,
  filters: readonly AbundanceFilter[],
): Promise<AbundanceCondition[]> {
  return Promise.all(
    filters.map(async ({ element, value, maxSigma, reliableOnly, method }, i) => {
      const argument = `filter.abundances[${i}]`;
      checkMethod(`${argument}.method`, method);
      checkRange(`${argument}.value`, value);
      if (maxSigma != null && !(maxSigma >= 0)) throw new InputError(`${argument}.maxSigma`, '0 or more', maxSigma);
      const estimator = await chooseEstimator(context, null, method);
      if (!estimator)
        throw new NotReadyError(
          `${argument}: no estimator of abundances answers for the served model`,
          'npx starkin abundances train --release R --labels FILE',
        );
      const species = estimator.elements.indexOf(element);
      if (species < 0) throw new InputError(`${argument}.element`, estimator.elements.join(', '), element);
      return { estimatorId: estimator.id, species, value, maxSigma, reliableOnly };
    }),
  );
}
