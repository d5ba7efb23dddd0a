/** Runs `work` on each item, so many at a time, and keeps the order of the answers. What `work` throws ends it. */
export async function inParallel<T, R>(items: readonly T[], atATime: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[][] = items.map(() => []);
  const waiting = items.entries();
  const runners = Array.from({ length: Math.max(1, Math.min(atATime, items.length)) }, async () => {
    for (const [index, item] of waiting) answers[index] = [await work(item)];
  });
  await Promise.all(runners);
  return answers.flat();
}
