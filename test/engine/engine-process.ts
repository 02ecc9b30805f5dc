/**
 * A process that runs executions on a folder until they have ended, to be killed: it reports `recovered` and `done`. Its
 * functions keep their results in files, as the task runtime keeps them in the table.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { realClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'

const [, , dataDir, effectsDir, runs] = process.argv as [string, string, string, string, string]
const core = createStepFunctions({
  clock: realClock,
  dataDir,
  region: 'us-east-1',
  accountId: '111111111111',
  invokeLambda: async (_target, payload) => {
    const { run, task } = JSON.parse(payload) as { run: string; task: string }
    await pause(5)
    // One write is effect and memo at once: a kill leaves both or none.
    const effect = `${run} ${task}\n`
    const effects = join(effectsDir, 'effects.txt')
    if (!existsSync(effects) || !readFileSync(effects, 'utf8').includes(effect)) appendFileSync(effects, effect)
    return { ok: true, payload: JSON.stringify(task) }
  },
  callService: async () => ({}),
})

const work = (task: string, more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work', Payload: { run: '{% $states.context.Execution.Input %}', task } },
  Retry: [{ ErrorEquals: ['Lambda.SdkClientException'], MaxAttempts: 1, IntervalSeconds: 1 }],
  Output: '{% $states.result.Payload %}',
  ...more,
})
const states = {
  A: work('a', { Next: 'P' }),
  P: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'B', States: { B: work('b', { Next: 'C' }), C: work('c', { End: true }) } },
      { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, Next: 'D' }, D: work('d', { End: true }) } },
    ],
    End: true,
  },
}

await core.recover()
process.send?.('recovered')
const created = await core.call('CreateStateMachine', {
  name: 'killed',
  roleArn: 'arn:aws:iam::111111111111:role/role',
  definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: states }),
})
const { stateMachineArn } = created as { stateMachineArn: string }
const names = Array.from({ length: Number(runs) }, (_, n) => `run-${n}`)
for (const name of names) {
  // Asked again in every lifetime, as a launcher does; a run that is over keeps its name.
  await core.call('StartExecution', { stateMachineArn, name, input: JSON.stringify(name) }).catch((error: Error) => {
    if (!error.message.includes('Already Exists')) throw error
  })
}
while (!(await allOver())) await pause(20)
process.send?.('done')
core.close()
process.disconnect()

async function allOver(): Promise<boolean> {
  const listed = await core.call('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 })
  return (listed as { executions: readonly object[] }).executions.length === 0
}
