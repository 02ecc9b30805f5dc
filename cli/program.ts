/**
 * Every command with its options and an example. Definitions only: what a command does is in `commands/` and is loaded
 * when it runs, so that `stepdag --help` is there at once.
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import type { Terminal } from './terminal.ts'

/** Where a command finds DAGs and keeps the local world's state; unset means the project's own. */
export interface PlaceOptions {
  readonly dags?: string
  readonly stateDir?: string
}

export interface OutputOptions {
  readonly json?: true
}

export function buildProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command('stepdag')
    .description('DAGs in TypeScript, in Airflow’s terms, on AWS Step Functions and on this machine')
    .version(packageJson.version)
    .showHelpAfterError('(try --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
  example(program, 'stepdag dev', 'stepdag run hello', 'stepdag compile dags --json')
  addWorldCommands(program, terminal, exit)
  addStepFunctionsCommand(program, terminal, exit)
  addDagsCommands(program.command('dags').description('DAGs of the local world'), terminal, exit)
  addRunsCommands(program.command('runs').description('runs and their history'), terminal, exit)
  addTasksCommands(program.command('tasks').description('tasks of a run'), terminal, exit)
  addHitlCommands(program.command('hitl').description('tasks that ask a person'), terminal, exit)
  return program
}

type Add = (parent: Command, terminal: Terminal, exit: (code: number) => void) => void

const addWorldCommands: Add = (program, terminal, exit) => {
  const dev = program
    .command('dev')
    .description('start the local world: compile all DAGs, fire schedules, serve the HTTP API, until Ctrl-C')
    .option('--port <number>', 'port of the HTTP API on 127.0.0.1; 0 takes a free one', readPort, 8080)
    .option('--no-watch', 'do not recompile when a DAG file changes')
    .action(async (options) => exit(await (await import('./commands/dev.ts')).dev(terminal, options)))
  example(places(dev), 'stepdag dev --port 9000')

  const compile = program
    .command('compile')
    .description('compile a DAG file or a folder of them and show the numbers of each machine')
    .argument('<file|dir>', 'DAG file, or folder of DAG files')
    .option('--out <dir>', 'write each definition to <dir>/<dag-id>.asl.json')
    .option('--json', 'one JSON object per DAG, one per line')
    .action(async (path, options) =>
      exit(await (await import('./commands/compile.ts')).compile(terminal, path, options)),
    )
  example(compile, 'stepdag compile dags', 'stepdag compile dags/hello.ts --out asl --json')

  const check = program
    .command('check')
    .description('every problem of DAG files, and what could be simpler; exits 1 when a DAG would not deploy')
    .argument('[file|dir]', 'DAG file, or folder of DAG files', 'dags')
    .option('--json', 'one JSON object per problem, one per line')
    .action(async (path, options) => exit(await (await import('./commands/check.ts')).check(terminal, path, options)))
  example(check, 'stepdag check', 'stepdag check dags/hello.ts --json')

  const explain = program
    .command('explain')
    .description('how a DAG runs on Step Functions: its plan, each gate and why, limits, cost')
    .argument('<dag-id>')
    .option('--json', 'print the report as one JSON object')
    .action(async (dagId, options) =>
      exit(await (await import('./commands/explain.ts')).explain(terminal, dagId, options)),
    )
  example(dagsPlace(explain), 'stepdag explain orders_daily', 'stepdag explain orders_daily --json')

  const graph = program
    .command('graph')
    .description('draw a DAG: <dag-id>.svg and <dag-id>.mmd (Mermaid)')
    .argument('<dag-id>')
    .option('--out <dir>', 'folder for the two files', '.')
    .addOption(new Option('--print <format>', 'print one of them instead').choices(['svg', 'mermaid']))
    .action(async (dagId, options) => exit(await (await import('./commands/graph.ts')).graph(terminal, dagId, options)))
  example(dagsPlace(graph), 'stepdag graph orders_daily --out docs', 'stepdag graph orders_daily --print mermaid')

  const run = program
    .command('run')
    .description('run a DAG once, here and now; exits 1 when the run fails')
    .argument('<dag-id>')
    .option('--conf <json>', 'configuration of the run, a JSON object', '{}')
    .option('--logical-date <date>', 'RFC 3339 date the run is for; default: now')
    .option('--json', 'print the result as one JSON object')
    .action(async (dagId, options) => exit(await (await import('./commands/run.ts')).run(terminal, dagId, options)))
  example(
    places(run),
    'stepdag run orders_daily --logical-date 2026-03-01T02:30:00Z',
    `stepdag run hello --conf '{"size": 3}' --json`,
  )
}

const addStepFunctionsCommand: Add = (program, terminal, exit) => {
  const serve = program
    .command('step-functions')
    .description('serve Step Functions on 127.0.0.1 for any AWS SDK or the AWS CLI, until Ctrl-C')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', readPort, 8083)
    .option('--data <dir>', 'keep machines and executions there; default: in memory, gone with the process')
    .option('--lambda-endpoint <url>', 'Lambda that tasks invoke; default: AWS_ENDPOINT_URL_LAMBDA')
    .option('--dynamodb-endpoint <url>', 'DynamoDB that tasks call; default: AWS_ENDPOINT_URL_DYNAMODB')
    .option('--s3-endpoint <url>', 'S3 that Maps read from; default: AWS_ENDPOINT_URL_S3')
    .option('--region <name>', 'Region in ARNs', 'us-east-1')
    .option('--account <id>', 'account in ARNs: 12 digits', readAccount, '000000000000')
    .option('--quiet', 'no line per execution')
    .option('--json', 'print where it listens as one JSON object')
    .action(async (options) =>
      exit(await (await import('./commands/step-functions.ts')).stepFunctions(terminal, options)),
    )
  example(
    serve,
    'stepdag step-functions --data .step-functions --lambda-endpoint http://127.0.0.1:3001',
    'aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083',
  )
}

const addDagsCommands: Add = (dags, terminal, exit) => {
  const list = dags
    .command('list')
    .description('every DAG with its schedule and next run')
    .option('--json', 'one JSON object per DAG, one per line')
    .action(async (options) => exit(await (await import('./commands/dags/list.ts')).listDags(terminal, options)))
  example(places(list), 'stepdag dags list')

  for (const [verb, description] of [
    ['pause', 'create no more scheduled runs'],
    ['unpause', 'create scheduled runs again, and start what is due'],
  ] as const) {
    const command = dags
      .command(verb)
      .description(description)
      .argument('<dag-id>')
      .option('--json', 'print the DAG as one JSON object')
      .action(async (dagId, options) => {
        const { setPaused } = await import('./commands/dags/pause.ts')
        exit(await setPaused(terminal, dagId, { ...options, paused: verb === 'pause' }))
      })
    example(places(command), `stepdag dags ${verb} orders_daily`)
  }
}

const addRunsCommands: Add = (runs, terminal, exit) => {
  const list = runs
    .command('list')
    .description('runs, newest first')
    .argument('[dag-id]', 'default: of every DAG')
    .addOption(
      new Option('--state <state>', 'only runs in this state').choices(['queued', 'running', 'success', 'failed']),
    )
    .option('--limit <number>', 'at most this many', readLimit, 25)
    .option('--json', 'one JSON object per run, one per line')
    .action(async (dagId, options) =>
      exit(await (await import('./commands/runs/list.ts')).listRuns(terminal, dagId, options)),
    )
  example(places(list, '--state-dir <dir>'), 'stepdag runs list orders_daily --state failed')

  const show = runs
    .command('show')
    .description('one run with its tasks')
    .argument('<dag-id>')
    .argument('[run-id]', 'default: the latest run')
    .option('--json', 'print the run as one JSON object')
    .action(async (dagId, runId, options) =>
      exit(await (await import('./commands/runs/show.ts')).showRun(terminal, { dagId, runId }, options)),
    )
  example(places(show), 'stepdag runs show orders_daily')
}

const addTasksCommands: Add = (tasks, terminal, exit) => {
  const states = tasks
    .command('states')
    .description('state, tries and times of every task of a run')
    .argument('<dag-id>')
    .argument('[run-id]', 'default: the latest run')
    .option('--json', 'one JSON object per task, one per line')
    .action(async (dagId, runId, options) =>
      exit(await (await import('./commands/tasks/states.ts')).taskStates(terminal, { dagId, runId }, options)),
    )
  example(places(states), 'stepdag tasks states orders_daily')
}

const addHitlCommands: Add = (hitl, terminal, exit) => {
  const list = hitl
    .command('list')
    .description('what waits for an answer, oldest first')
    .argument('[dag-id]', 'default: of every DAG')
    .option('--all', 'what has been answered, too')
    .option('--json', 'one JSON object per question, one per line')
    .action(async (dagId, options) =>
      exit(await (await import('./commands/hitl/list.ts')).listQuestions(terminal, dagId, options)),
    )
  example(places(list), 'stepdag hitl list')

  const answer = hitl
    .command('answer')
    .description('answer what a task asks; the first answer counts')
    .argument('<dag-id>')
    .argument('<task-id>')
    .argument('<option...>', 'what is chosen')
    .option('--run <run-id>', 'default: the latest run')
    .option('--map-index <number>', 'instance of a mapped task', readMapIndex, -1)
    .option('--params <json>', 'a JSON object the task gets as params_input', '{}')
    .option('--as <name>', 'who answers, for tasks with assignees')
    .option('--json', 'print the answer as one JSON object')
    .action(async (dagId, taskId, chosen, options) => {
      const { answerQuestion } = await import('./commands/hitl/answer.ts')
      exit(await answerQuestion(terminal, { dagId, taskId, chosen }, options))
    })
  example(places(answer), 'stepdag hitl answer orders_daily release Approve --as ann')
}

/** `--state` for short, except where a command has a filter of that name. */
function places(command: Command, stateFlags = '--state, --state-dir <dir>'): Command {
  return dagsPlace(command).option(stateFlags, 'folder of the local world’s state; default: .stepdag/ of the project')
}

function dagsPlace(command: Command): Command {
  return command.option('--dags <dir>', 'DAG file or folder; default: dags/ of the project')
}

function example(command: Command, ...lines: readonly string[]): void {
  command.addHelpText(
    'after',
    ['', lines.length > 1 ? 'Examples:' : 'Example:', ...lines.map((line) => `  $ ${line}`)].join('\n'),
  )
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('a port is a number from 0 to 65535.')
}

function readAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text
  throw new InvalidArgumentError('an account has 12 digits.')
}

function readMapIndex(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a map index is a number from 0.')
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 10_000) return limit
  throw new InvalidArgumentError('a limit is a number from 1 to 10000.')
}
