import type { RequestHandler, Response } from 'express';
import { StarkinError } from '../../domain/errors.js';
import type { Column, Row } from '../table/column.js';
import { documentStart, tableData, tableStart } from '../table/votable.js';
import { attributes, escapeXml } from '../table/xml.js';

/** A table as an answer. */
export interface VoAnswer {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly Column[];
  /** null: the columns alone. */
  readonly rows: readonly Row[] | null;
  /** Whether there are more rows than these. */
  readonly overflow: boolean;
  /** Further INFO elements, by name. */
  readonly infos?: Readonly<Record<string, string>>;
  /** PARAM elements before the table, as they stand. */
  readonly parameters?: string;
}

const TYPE = 'application/x-votable+xml';

/** Answers with a VOTable whose QUERY_STATUS is OK, or OVERFLOW where rows are left out (DALI 1.1, 4.4.1). */
export function sendAnswer(response: Response, answer: VoAnswer): void {
  const { name, description, columns, rows, overflow, infos = {}, parameters = '' } = answer;
  const facts = Object.entries(infos).map(([key, value]) => `<INFO${attributes({ name: key, value })}/>\n`);
  response.type(TYPE).set('Cache-Control', 'no-cache');
  response.send(
    `${documentStart()}<RESOURCE type="results">
<INFO name="QUERY_STATUS" value="OK"/>
${facts.join('')}${parameters}${tableStart({ name, description, columns: columns.map(asCharacters), facts: {} })}${rows === null ? '' : tableData(columns, rows)}</TABLE>
${overflow ? '<INFO name="QUERY_STATUS" value="OVERFLOW"/>\n' : ''}</RESOURCE>
</VOTABLE>
`,
  );
}

/** Answers a refusal in the services' own words: a VOTable with the reason, under HTTP's status for it. Anything else goes on to Express. */
export function withVoErrors(handle: (...parameters: Parameters<RequestHandler>) => Promise<void>): RequestHandler {
  return async (request, response, next) => {
    try {
      await handle(request, response, next);
    } catch (error) {
      if (!(error instanceof StarkinError) || error.code === 'UNAUTHENTICATED') throw error;
      const message = escapeXml(error.message);
      response
        .status(error.code === 'BUSY' || error.code === 'NOT_READY' ? 503 : 400)
        .type(TYPE)
        .set('Cache-Control', 'no-store');
      // INFO Error is what Simple Cone Search 1.03 asks for, QUERY_STATUS what all later standards do.
      response.send(`${documentStart()}<RESOURCE type="results">
<INFO name="QUERY_STATUS" value="ERROR">${message}</INFO>
<INFO ID="Error" name="Error" value="${message}"/>
</RESOURCE>
</VOTABLE>
`);
    }
  };
}

/** Text as `char`, which Simple Cone Search asks for. */
function asCharacters(column: Column): Column {
  return column.type === 'text' ? { ...column, datatype: 'char' } : column;
}
