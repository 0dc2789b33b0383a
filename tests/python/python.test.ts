import { expect } from 'vitest';
import { askPython, pythonTest, runPython } from './python.js';

pythonTest('Python has the packages that are pinned, and is given what it is to know', async () => {
  const program = `
import json, os, astropy, pyarrow, pyvo, requests, specutils
print(json.dumps({"astropy": astropy.__version__, "pyvo": pyvo.__version__, "given": os.environ["GIVEN"]}))`;
  expect(await askPython(program, { GIVEN: 'a word' })).toEqual({
    astropy: '8.0.2',
    pyvo: '1.9.1',
    given: 'a word',
  });
});

pythonTest('a program that fails or warns makes its test fail, with the reason', async () => {
  await expect(runPython('1 / 0')).rejects.toThrow('ZeroDivisionError');
  await expect(runPython('import warnings; warnings.warn("odd")')).rejects.toThrow('odd');
});
