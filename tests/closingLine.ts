import { existsSync, readFileSync, writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The longest preparation of a file takes under ten minutes on a busy machine. */
const SILENCE_MINUTES = 25;

/**
 * Ends a run of the tests with a line of its own, `12 passed, 0 failed, 1 skipped`, for whoever reads the end of a log. A file that cannot be loaded and an
 * error outside of any test count as failures, so that the line never looks better than the exit code. A run in which nothing ends any more is ended, and
 * says in which files: code that keeps its process busy is beyond the reach of the time limits of tests.
 */
export default class ClosingLine implements Reporter {
  private line = 'no test was run';
  private readonly running = new Set<string>();
  private readonly ended = { passed: 0, failed: 0, skipped: 0 };
  private watch: NodeJS.Timeout | undefined;

  onInit(): void {
    // When the process ends, all other reporters have had their say.
    process.once('exit', () => writeSync(1, `${this.line}\n`));
    this.watch = setTimeout(() => this.giveUp(), SILENCE_MINUTES * 60_000);
  }

  onTestModuleStart({ moduleId, project }: TestModule): void {
    this.running.add(`${moduleId} (${project.name})`);
  }

  onTestModuleEnd(module: TestModule): void {
    this.running.delete(`${module.moduleId} (${module.project.name})`);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      this.ended[state === 'pending' ? 'skipped' : state]++;
    }
    this.watch?.refresh();
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    clearTimeout(this.watch);
    const broken = modules.reduce((sum, module) => sum + module.errors().length, 0) + errors.length;
    this.conclude(broken);
  }

  private giveUp(): void {
    const files = [...this.running];
    writeSync(2, `nothing has ended for ${SILENCE_MINUTES} minutes; still running:\n${files.join('\n')}\n`);
    this.conclude(Math.max(1, files.length));
    for (const child of childProcesses()) process.kill(child, 'SIGKILL');
    process.exit(1);
  }

  private conclude(broken: number): void {
    const { passed, failed, skipped } = this.ended;
    this.line = `${passed} passed, ${failed + broken} failed, ${skipped} skipped`;
  }
}

/** A busy child does not notice that its parent has gone. Linux alone lists them here. */
function childProcesses(): number[] {
  const list = `/proc/${process.pid}/task/${process.pid}/children`;
  return existsSync(list) ? readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}
