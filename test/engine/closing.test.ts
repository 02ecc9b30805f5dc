/** Nothing is left behind that would keep the process alive. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import { startMs } from './harness.ts'

const roleArn = 'arn:aws:iam::111111111111:role/role'
const wait = { Type: 'Wait', Seconds: 100, End: true }
const definition = JSON.stringify({ StartAt: 'W', States: { W: wait } })

it.each<[string, (call: (operation: string, request: object) => Promise<object>) => Promise<unknown>]>([
  [
    'a STANDARD execution',
    async (call) => call('StartExecution', await call('CreateStateMachine', { name: 'm', definition, roleArn })),
  ],
  [
    'an EXPRESS execution',
    async (call) => {
      const machine = await call('CreateStateMachine', { name: 'm', definition, roleArn, type: 'EXPRESS' })
      return call('StartSyncExecution', machine)
    },
  ],
  ['a worker that asks', async (call) => call('GetActivityTask', await call('CreateActivity', { name: 'paint' }))],
  ['a state that is tested', (call) => call('TestState', { definition: JSON.stringify(wait) })],
])('%s has no alarm any more when the engine is closed', async (_, begin) => {
  const clock = createVirtualClock(startMs)
  const core = createStepFunctions({
    clock,
    dataDir: null,
    region: 'us-east-1',
    accountId: '111111111111',
    invokeLambda: async () => ({ ok: true, payload: '{}' }),
    callService: async () => ({}),
  })
  void begin((operation, request) => core.call(operation, request as Record<string, unknown>)) // it does not end
  for (let turn = 0; turn < 20; turn++) await nextTurn()
  expect(clock.nextAlarmMs()).not.toBeNull()
  core.close()
  expect(clock.nextAlarmMs()).toBeNull()
})
