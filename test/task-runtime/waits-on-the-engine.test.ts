/** Compiled sensors and waits on the local Step Functions, in virtual time: what the machine retries, the wrapper ends. */
import { expect, test } from 'vitest'
import { type Dag, humanInput, Dag as NewDag, readDag, sensor } from '../../dag-compiler/define.ts'
import { type Fault, type Handler, runWhole } from './support/whole-run.ts'

const whole = (dag: Dag, handler: Handler, fault: (call: number) => Fault | null = () => null) =>
  runWhole(readDag(dag).definition, handler, (_, call) => fault(call))

const sensing = (options: Parameters<typeof sensor>[1]) => {
  const dag = new NewDag('sensing')
  dag.task(
    'ready',
    sensor(async () => true, options),
  )()
  return dag
}

/** Ready from the given poke on. */
const readyAt = (wanted: number): Handler => {
  let pokes = 0
  return () => {
    pokes += 1
    return pokes >= wanted
  }
}

test('a sensor pokes at its interval and holds nothing in between', async () => {
  const { store, run, seconds, status } = await whole(sensing({ pokeInterval: 60, timeout: 600 }), readyAt(4))
  expect([status, seconds]).toEqual(['SUCCEEDED', 180])
  expect(await store.getTaskInstance(run, 'ready')).toMatchObject({ state: 'success', tryNumber: 1, duration: 180 })
})

test('a sensor that is never ready fails once its timeout is over', async () => {
  const { store, run, seconds, status } = await whole(sensing({ pokeInterval: 60, timeout: 150 }), () => false)
  expect([status, seconds]).toEqual(['FAILED', 180])
  expect(await store.getTaskInstance(run, 'ready')).toMatchObject({ state: 'failed', error: { name: 'SensorTimeout' } })
})

test('with backoff the intervals grow', async () => {
  const dag = sensing({ pokeInterval: 10, timeout: 600, exponentialBackoff: true, maxPokeInterval: 30 })
  expect((await whole(dag, readyAt(5))).seconds).toBe(10 + 20 + 30 + 30)
})

test('a poke whose answer was lost is no try, and its repeat pokes again', async () => {
  const lost = (invocation: number) => (invocation === 1 ? 'lostAnswer' : null)
  const { store, run, status } = await whole(sensing({ pokeInterval: 60, timeout: 600 }), readyAt(3), lost)
  expect(status).toBe('SUCCEEDED')
  expect(await store.getTaskInstance(run, 'ready')).toMatchObject({ state: 'success', tryNumber: 1 })
})

test('a question that nobody answers takes its defaults when its time is over', async () => {
  const dag = new NewDag('asking')
  dag.task('ask', humanInput({ subject: 'Go on?', options: ['yes', 'no'], defaults: 'no', responseTimeout: 300 }))()
  const { store, run, seconds, status } = await whole(dag, () => undefined)
  expect(status).toBe('SUCCEEDED')
  expect(seconds).toBeGreaterThanOrEqual(300)
  expect(seconds).toBeLessThan(400)
  expect((await store.getXCom(run, 'ask', 'return_value'))?.value).toMatchObject({
    chosen_options: ['no'],
    timedout: true,
  })
})
