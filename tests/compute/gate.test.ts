import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/compute/gate.js';

describe('the gate before a child process', () => {
  it('never lets more in than its limit, and all in the end, in their order', async () => {
    const gate = new Gate(3);
    const entered: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        gate.through(async () => {
          entered.push(i);
          most = Math.max(most, ++inside);
          await new Promise(setImmediate);
          inside--;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(entered).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('lets the next in after a failure', async () => {
    const gate = new Gate(1);
    await expect(gate.through(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(gate.through(() => Promise.resolve(5))).resolves.toBe(5);
  });

  it('does not begin what nobody waits for any more', async () => {
    const gate = new Gate(1);
    const gone = new AbortController();
    const begun: string[] = [];
    const first = gate.through(() => new Promise((done) => setTimeout(done, 20)));
    const second = gate.through(async () => begun.push('second'), gone.signal);
    const third = gate.through(async () => begun.push('third'));
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await Promise.all([first, third]);
    expect(begun).toEqual(['third']);
    expect(gate.load).toEqual({ working: 0, waiting: 0 });
  });
});
