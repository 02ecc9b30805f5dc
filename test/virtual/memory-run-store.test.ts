import { memoryRunStore } from '../../local/virtual/memory-run-store.ts'
import { runStoreSuite } from '../conformance/run-store.suite.ts'

runStoreSuite('a table in memory', async () => {
  const { store, objects } = memoryRunStore(() => Date.parse('2026-03-01T00:00:00Z'))
  return { store, objectCount: () => objects.size, close: async () => undefined }
})
