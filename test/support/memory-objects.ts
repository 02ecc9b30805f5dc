/** An object store in memory, for tests that have no S3 at hand. */
import type { ObjectStore } from '../../lambdas/store/objects.ts'

export function memoryObjects(): ObjectStore & { readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    async put(key, text) {
      texts.set(key, text)
    },
    async get(key) {
      return texts.get(key) ?? null
    },
    async delete(key) {
      texts.delete(key)
    },
  }
}
