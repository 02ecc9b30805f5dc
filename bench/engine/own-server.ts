/** A process with our Step Functions and our Lambda, logs on disk, as one peer of the comparison: tells its endpoint. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { realClock } from '../../local/clock.ts'
import { createLambdaService } from '../../local/lambda/lambda-service.ts'
import { defaultTaskWorkers } from '../../local/settings.ts'
import { startStepFunctions } from '../../local/step-functions/index.ts'
import { noOpSource } from './peer-machines.ts'

const [, , folder] = process.argv as [string, string, string]
const place = { region: 'us-east-1', accountId: '000000000000' }
const lambda = createLambdaService({
  ...place,
  maxTaskWorkers: defaultTaskWorkers,
  maxPlatformWorkers: 1,
  onLine: () => {},
})
const directory = join(folder, 'noop')
mkdirSync(directory, { recursive: true })
writeFileSync(join(directory, 'index.mjs'), noOpSource)
lambda.put({ name: 'noop', version: '1', directory, environment: () => ({}), pool: 'task' }, { current: true })
const server = await startStepFunctions({
  ...place,
  clock: realClock,
  dataDir: join(folder, 'executions'),
  invokeLambda: lambda.invoke,
  callService: async () => ({}),
})
process.send?.(server.endpoint)
process.once('disconnect', () => process.exit(0))
