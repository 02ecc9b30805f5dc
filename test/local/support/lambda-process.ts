/**
 * The local Lambda in a process of its own, to be killed. It says where it listens; with `hold` it accepts events and begins
 * nothing.
 */
import { realClock } from '../../../local/clock.ts'
import { createAsynchronousInvoker } from '../../../local/lambda/asynchronous-invoker.ts'
import { serveLambdaEndpoint } from '../../../local/lambda/endpoint.ts'
import { openEventFiles } from '../../../local/lambda/event-files.ts'
import { createLambdaService } from '../../../local/lambda/lambda-service.ts'

const [, , events, bundle, mode] = process.argv as [string, string, string, string, string]
const place = { region: 'us-east-1', accountId: '000000000000' }
const lambda = createLambdaService({ ...place, maxTaskWorkers: 2, maxPlatformWorkers: 2, onLine: () => {} })
const version = { version: '1', directory: bundle, environment: () => ({}) }
lambda.put({ ...version, name: 'destination', pool: 'platform' }, { current: true })
lambda.put(
  { ...version, name: 'work', pool: 'task', events: { maximumRetryAttempts: 0, onFailure: 'destination' } },
  { current: true },
)
const invoker = createAsynchronousInvoker({
  clock: realClock,
  place,
  lambda,
  files: openEventFiles(events, Date.now, (file) => process.send?.(`damaged ${file}`)),
  onGivenUp: (name) => process.send?.(`given up ${name}`),
})
const { url } = await serveLambdaEndpoint({ lambda, accept: invoker.accept })
if (mode !== 'hold') invoker.start()
process.send?.(url)
