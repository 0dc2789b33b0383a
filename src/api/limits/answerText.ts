import { constants } from 'node:buffer';
import type { FormattedExecutionResult } from 'graphql';
import { LimitError } from '../../domain/errors.js';
import { writeAnswer } from '../scalars/jsonText.js';
import { refusal } from './plugin.js';

/** An answer as it is sent. Apollo takes bytes as well as text. @throws GraphQLError of code LIMIT_EXCEEDED for one that is longer than any string */
export function answerText(answer: FormattedExecutionResult): string {
  try {
    return writeAnswer(answer) as string;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const most = constants.MAX_STRING_LENGTH;
    throw refusal(new LimitError('characters of the answer', most, 'more', 'ask for fewer at a time'));
  }
}
