import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends a run of the tests with a line of its own, `12 passed, 0 failed, 1 skipped`, for whoever reads the end of a log. A file that cannot be loaded and an
 * error outside of any test count as failures, so that the line never looks better than the exit code.
 */
export default class ClosingLine implements Reporter {
  private line = 'no test was run';

  onInit(): void {
    // When the process ends, all other reporters have had their say.
    process.once('exit', () => writeSync(1, `${this.line}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const broken = modules.reduce((sum, module) => sum + module.errors().length, 0) + errors.length;
    this.line = `${count('passed')} passed, ${count('failed') + broken} failed, ${count('skipped') + count('pending')} skipped`;
  }
}
