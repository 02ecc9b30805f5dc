/** How often the API reads: what never changes once, what a batch can answer in one call. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../lambdas/api/app.ts'
import type { RunStore } from '../../run-model/index.ts'
import { type ApiWorld, now, runIdOf, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

/** A store that counts its calls by name; `failing` calls fail. */
function counting(store: RunStore, failing: Set<string>) {
  const calls: Record<string, number> = {}
  const counted = new Proxy(store, {
    get(target, name: keyof RunStore & string) {
      return (...args: never[]) => {
        calls[name] = (calls[name] ?? 0) + 1
        if (failing.has(name)) return Promise.reject(new Error(`${name} is down`))
        // Every member of a RunStore is a function; which one is known only by its name here.
        return (target[name] as (...args: never[]) => unknown)(...args)
      }
    },
  })
  return { counted, calls }
}

function appOver(store: RunStore) {
  const app = createApp({
    tokens: { release: async () => undefined, heartbeat: async () => true },
    wake: async () => undefined,
    store,
    launch: async () => ({ kind: 'launched', runs: [] }),
    now: () => new Date(now),
    version: '9.9.9',
    health: async () => ({
      scheduler: { status: null, latest_scheduler_heartbeat: null },
      triggerer: { status: null, latest_triggerer_heartbeat: null },
      dag_processor: { status: null, latest_dag_processor_heartbeat: null },
    }),
    report: () => {},
  })
  return async (path: string) => (await app.request(`/api/v2${path}`)).status
}

test('a version and its manifest are read once', async () => {
  const { counted, calls } = counting(world.store, new Set())
  const get = appOver(counted)
  const path = `/dags/sales/dagRuns/${encodeURIComponent(runIdOf(1))}/taskInstances`
  expect([await get(path), await get(path), await get(`${path}/load`)]).toEqual([200, 200, 200])
  expect(calls).toMatchObject({ getDagVersion: 1, getManifest: 1, listTaskInstances: 2, getTaskInstance: 1 })
})

test('a read that failed is tried again', async () => {
  const failing = new Set(['getManifest'])
  const { counted, calls } = counting(world.store, failing)
  const get = appOver(counted)
  expect(await get('/dags/sales/tasks')).toBe(500)
  failing.clear()
  expect(await get('/dags/sales/tasks')).toBe(200)
  expect(calls.getManifest).toBe(2)
})

test('a page of runs across DAGs costs one list, one list of DAGs and each version once', async () => {
  const { counted, calls } = counting(world.store, new Set())
  expect(await appOver(counted)('/dags/~/dagRuns')).toBe(200)
  expect(calls).toEqual({ listRuns: 1, getDag: 1, getDagVersion: 2 })
})

test('the upstreams of a task are read in one batch', async () => {
  const { counted, calls } = counting(world.store, new Set())
  const path = `/dags/sales/dagRuns/${encodeURIComponent(runIdOf(3))}/taskInstances/load/dependencies`
  expect(await appOver(counted)(path)).toBe(200)
  expect(calls).toMatchObject({ getTaskInstances: 1, getTaskInstance: 1 })
})
