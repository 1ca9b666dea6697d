/**
 * Maps with at most `limit` calls under way; results are in the order of the input. The first rejection rejects the
 * whole and no further call is begun.
 */
export async function mapConcurrently<In, Out>(
  items: readonly In[],
  limit: number,
  map: (item: In, index: number) => Promise<Out>
): Promise<readonly Out[]> {
  const results = new Array<Out>(items.length);
  const queue = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) {
        return;
      }
      try {
        results[index] = await map(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
