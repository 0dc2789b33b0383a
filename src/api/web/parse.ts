import { Router } from 'express';
import type { Logger } from 'pino';
import { InputError } from '../../domain/errors.js';
import { type Intake, ReaderFailure } from '../../intake/intake.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { toInput } from '../spectrumSearch/parsed.js';

/**
 * POST /spectra/parse: a file as the body, the JSON of a SpectrumInput as the answer. Nothing is stored.
 * ?encoding=BASE64_F32 writes the arrays as `twinsOf` takes them in the least room.
 */
export function parse(intake: Intake, log: Logger): Router {
  const router = Router();
  router.post('/spectra/parse', async (request, response) => {
    const encoding = encodingOf(request.query.encoding);
    if (request.is('multipart/*'))
      throw new InputError(
        'content-type',
        'the file itself as the body',
        request.headers['content-type'],
        'curl --data-binary @FILE, or fetch(url, { method: "POST", body: file })',
      );
    try {
      // The connection stays open when the body is not read to its end, so that the refusal can be told.
      const spectrum = await intake.read(request.iterator({ destroyOnReturn: false }));
      response.set('Cache-Control', 'no-store').json(toInput(spectrum, encoding));
    } catch (error) {
      if (error instanceof ReaderFailure) log.warn({ detail: error.detail }, 'a file made its reader fail');
      if (!request.complete) response.set('Connection', 'close');
      throw error;
    }
  });
  return router;
}

function encodingOf(value: unknown): SpectrumEncoding {
  const encoding = Object.values(SpectrumEncoding).find((each) => each === (value ?? SpectrumEncoding.ARRAY));
  if (!encoding) throw new InputError('encoding', Object.values(SpectrumEncoding).join(' or '), value);
  return encoding;
}
