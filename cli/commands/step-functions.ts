/**
 * `stepdag step-functions`: Step Functions alone on a port, until Ctrl-C. Says where it listens, what tasks can call and what to
 * try, then one line for each start and end of an execution.
 */
import { relative, resolve } from 'node:path'
import { serveStepFunctions } from '../../local/index.ts'
import { renderNotice } from '../output/notice.ts'
import { saying } from '../output/waiting.ts'
import { badEndpoint } from '../problems.ts'
import { forceLater, stopSignal } from '../stop-signal.ts'
import type { Terminal } from '../terminal.ts'

export interface StepFunctionsCommandOptions {
  readonly port: number
  readonly data?: string
  readonly lambdaEndpoint?: string
  readonly dynamodbEndpoint?: string
  readonly s3Endpoint?: string
  readonly region: string
  readonly account: string
  readonly quiet?: true
  readonly json?: true
}

type Server = Awaited<ReturnType<typeof serveStepFunctions>>
type Change = Parameters<Parameters<typeof serveStepFunctions>[0]['onStatusChange']>[0]

export async function stepFunctions(terminal: Terminal, options: StepFunctionsCommandOptions): Promise<number> {
  const dataDir = options.data === undefined ? null : resolve(terminal.cwd, options.data)
  const starting = serveStepFunctions({
    port: options.port,
    dataDir,
    region: options.region,
    accountId: options.account,
    endpoints: {
      lambda: checked('--lambda-endpoint', options.lambdaEndpoint),
      dynamodb: checked('--dynamodb-endpoint', options.dynamodbEndpoint),
      s3: checked('--s3-endpoint', options.s3Endpoint),
    },
    onStatusChange: options.quiet ? () => {} : (change) => terminal.note(changeLine(terminal, change)),
    onNotice: (notice) => terminal.note(renderNotice(notice)),
  })
  const server = await saying(terminal, 'opening the data folder', starting)
  terminal.print(options.json ? startLine(server, dataDir, options) : welcome(terminal, server, dataDir))
  await stopSignal()
  terminal.note(`stopping; ${dataDir === null ? 'nothing is kept' : 'open executions go on at the next start'}`)
  forceLater(terminal)
  await server.close()
  return 0
}

function checked(option: string, given: string | undefined): string | undefined {
  if (given === undefined || /^https?:\/\/./.test(given)) return given
  throw badEndpoint({ option, given })
}

function startLine(
  { endpoint, services }: Server,
  dataDir: string | null,
  options: StepFunctionsCommandOptions,
): string {
  const { region, account } = options
  return JSON.stringify({ endpoint, region, account, data: dataDir, services })
}

function welcome(terminal: Terminal, { endpoint, services }: Server, dataDir: string | null): string {
  const kept = dataDir === null ? 'in memory, gone with this process (--data keeps it)' : place(terminal, dataDir)
  const known = Object.entries(services).map(([name, url]) => `${name} ${url ?? '(none)'}`)
  return [
    '',
    `  Step Functions  ${terminal.paint('bold', endpoint)}`,
    `  Data            ${kept}`,
    `  Tasks call      ${known.join(', ')}`,
    '',
    'Try next, in another terminal:',
    `  aws stepfunctions list-state-machines --endpoint-url ${endpoint}`,
    'Ctrl-C stops it.',
    '',
  ].join('\n')
}

const place = (terminal: Terminal, dataDir: string) => relative(terminal.cwd, dataDir) || dataDir

const colours = { RUNNING: 'cyan', SUCCEEDED: 'green', FAILED: 'red', TIMED_OUT: 'red', ABORTED: 'yellow' } as const

function changeLine(terminal: Terminal, { stateMachineArn, name, status, error }: Change): string {
  const machine = stateMachineArn.split(':').slice(6).join(':')
  return `${machine} ${name} ${terminal.paintNote(colours[status], status)}${error === null ? '' : ` ${error}`}`
}
