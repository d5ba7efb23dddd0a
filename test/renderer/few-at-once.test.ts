import { describe, expect, it } from 'vitest';
import { FewAtOnce } from '../../src-renderer/features/look/few-at-once.ts';
import { LearnedSizes } from '../../src-renderer/features/look/learned-sizes.ts';

const never = new AbortController().signal;

describe('few at once', () => {
  it('lets the others wait in their order', async () => {
    const line = new FewAtOnce(1);
    const came: string[] = [];
    const first = await line.enter(never);
    async function come(name: string) {
      const leave = await line.enter(never);
      came.push(name);
      return leave;
    }
    const second = come('second');
    const third = come('third');
    expect(came).toEqual([]);
    first?.();
    (await second)?.();
    await third;
    expect(came).toEqual(['second', 'third']);
  });

  it('forgets who gave up while waiting, and gives a place back once only', async () => {
    const line = new FewAtOnce(1);
    const leave = await line.enter(never);
    const gone = new AbortController();
    const given = line.enter(gone.signal);
    gone.abort();
    expect(await given).toBeNull();
    leave?.();
    leave?.();
    expect(await line.enter(never)).not.toBeNull();
    const waits = line.enter(never);
    expect(await Promise.race([waits, Promise.resolve('waits')])).toBe('waits');
  });
});

describe('learned sizes', () => {
  it('tell their listeners of what is new, and forget the oldest', () => {
    const sizes = new LearnedSizes();
    let heard = 0;
    sizes.onLearned(() => {
      heard += 1;
    });
    sizes.learn(1, 300, 200);
    sizes.learn(1, 600, 400);
    expect([sizes.ratioOf(1), heard]).toEqual([1.5, 1]);
    for (let id = 2; id <= 20_001; id += 1) sizes.learn(id, 2, 1);
    expect([sizes.ratioOf(1), sizes.ratioOf(2)]).toEqual([null, 2]);
  });
});
