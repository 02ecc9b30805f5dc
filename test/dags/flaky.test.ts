import { expect, it } from 'vitest'
import { dag } from '../../dags/flaky.ts'
import { runHandlers } from './run-handlers.ts'

it('flaky fails at its first try', async () => {
  await expect(runHandlers(dag)).rejects.toThrow('the rate service is busy (try 1)')
})
