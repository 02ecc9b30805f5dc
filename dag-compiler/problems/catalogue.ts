/**
 * Every problem of a DAG or a DAG file: one function per code, in alphabetical order; the code is the function's name in
 * kebab case. Codes are contracts. Each has a case in test/problems/<code>/ and a page in docs/problems/.
 */
import { didYouMean } from '../../run-model/index.ts'
import type { Problem, ProblemPlace } from './problem.ts'

interface Parts {
  readonly what: string
  readonly why: string
  readonly fix: string
}

type InTask = { readonly dag: string; readonly task: string }

export function badChain({ dag, from, to }: { dag: string; from: readonly string[]; to: readonly string[] }): Problem {
  return error(
    'bad-chain',
    { dag },
    {
      what: `chain: [${from.join(', ')}] and [${to.join(', ')}] are neighbours of different length`,
      why: 'two lists in a row connect pairwise, first with first, as in Airflow',
      fix: 'make both lists equally long, or put one task between them: chain([a, b], join, [c, d, e])',
    },
  )
}

export function badCron({
  dag,
  expression,
  reason,
  fix,
}: {
  dag: string
  expression: string
  reason: string
  fix: string
}): Problem {
  return error(
    'bad-cron',
    { dag },
    {
      what: `schedule "${expression}": ${reason}`,
      why: 'a schedule has five fields: minute, hour, day of month, month, day of week',
      fix,
    },
  )
}

export function badDecider({ dag, task, what, fix }: InTask & { what: string; fix: string }): Problem {
  return error(
    'bad-decider',
    { dag, task },
    {
      what: `${task} ${what}`,
      why: 'a decider’s one result names which of its branches run; the others are skipped',
      fix,
    },
  )
}

export function badGroup({ dag, group, inner }: { dag: string; group: string; inner: string }): Problem {
  return error(
    'bad-group',
    { dag },
    {
      what:
        group === inner
          ? `group ${group} waits for itself`
          : `an edge joins group ${group} and ${inner}, which is in it`,
      why: 'an edge to a group reaches its first tasks and one from it leaves from its last, so it orders nothing inside',
      fix: 'join the two tasks that need an order',
    },
  )
}

export function badHandler({ dag, task, given }: InTask & { given: string }): Problem {
  return error(
    'bad-handler',
    { dag, task },
    {
      what: `${task} has ${given} as its handler`,
      why: 'a task runs a function, and its inputs arrive in that function’s argument',
      fix: `dag.task('${task}', async () => { … })`,
    },
  )
}

export function badInputs({ dag, task, what, fix }: InTask & { what: string; fix: string }): Problem {
  return error(
    'bad-inputs',
    { dag, task },
    {
      what: `${task} is called with ${what}`,
      why: 'every input belongs to one named argument of the handler',
      fix,
    },
  )
}

/** @param task id of a task or group. */
export function badMapping({ dag, task, what, fix }: InTask & { what: string; fix: string }): Problem {
  return error(
    'bad-mapping',
    { dag, task },
    {
      what,
      why: 'a mapped task or group runs once per element of its arrays, and the arrays decide how often',
      fix,
    },
  )
}

/** An option with a value that does not fit, or (`known` given) one that does not exist. */
export function badOption({
  dag,
  task,
  option,
  ...fault
}: { dag: string; task?: string; option: string } & OptionFault): Problem {
  const where = { dag, ...(task !== undefined && { task }) }
  if ('expected' in fault) {
    return error('bad-option', where, {
      what: `${option} is ${fault.given}`,
      why: `${option} must be ${fault.expected}`,
      fix: `change the value of ${option}, or leave it out`,
    })
  }
  const near = didYouMean(option.split('.').at(-1) ?? option, fault.known)
  const fix = near ? `did you mean ${near}?` : `remove it; known options: ${fault.known.join(', ')}`
  return error('bad-option', where, {
    what: `there is no option ${option}`,
    why: 'an option that is not known would have no effect, and nobody would notice',
    fix: fault.instead ? `write ${fault.instead}` : fix,
  })
}

export function badTeardown({ dag, task, what, fix }: InTask & { what: string; fix: string }): Problem {
  return error(
    'bad-teardown',
    { dag, task },
    {
      what: `${task} ${what}`,
      why: 'a teardown runs when its upstreams have ended and one of its setups succeeded, whatever else happened',
      fix,
    },
  )
}

export type OptionFault =
  | { readonly given: string; readonly expected: string }
  | { readonly known: readonly string[]; readonly instead?: string | null }

export function badTimezone({ dag, timezone }: { dag: string; timezone: string }): Problem {
  return error(
    'bad-timezone',
    { dag },
    {
      what: `timezone "${timezone}" is not known`,
      why: 'schedules are read in a zone of the IANA database, which knows when its clocks change',
      fix: "use a name such as 'Europe/Zurich', 'America/New_York' or 'UTC'",
    },
  )
}

export function catchupWithoutStart({ dag }: { dag: string }): Problem {
  return warning(
    'catchup-without-start',
    { dag },
    {
      what: 'catchup is on, but there is no startDate to catch up from',
      why: 'without startDate the first tick is the first one after the DAG is deployed, so nothing was missed',
      fix: "add startDate: new Date('…'), or remove catchup",
    },
  )
}

/** @param path ids in the order of the edges, without repeating the first. */
export function cycle({ dag, path }: { dag: string; path: readonly string[] }): Problem {
  const circle = [...path, path[0] ?? '']
  const edges = path.map((from, index) => `${circle[index + 1]} after ${from}`)
  return error(
    'cycle',
    { dag },
    {
      what: `${abridge(circle).join(' → ')} wait for each other`,
      why: 'a run starts every task once, so the tasks need an order',
      fix: `drop one of: ${abridge(edges).join(', ')}`,
    },
  )
}

/** @param difference what the loads disagree about, such as `startDate` or `the number of tasks`. */
export function dagNotPure({ difference, ...where }: ProblemPlace & { difference: string }): Problem {
  return error('dag-not-pure', where, {
    what: `two loads of the file differ in ${difference}`,
    why: 'the file is loaded by the compiler and again by every task; what it declares must not depend on clock, randomness or network',
    fix: 'write a fixed value, or move what changes into a handler or into the conf of a run',
  })
}

export function definitionTooLarge({
  dag,
  bytes,
  limit,
  tasks,
}: {
  dag: string
  bytes: number
  limit: number
  tasks: number
}): Problem {
  return error(
    'definition-too-large',
    { dag },
    {
      what: `the state machine of ${tasks} tasks has ${bytes} bytes, the limit is ${limit}`,
      why: 'Step Functions refuses a definition above 1 MiB (a fixed quota); a DAG is split into several machines, but one task, and what is mapped as a group, stays in one',
      fix: 'move tasks out of the mapped group, or let it trigger a DAG that holds them (triggerDagRun)',
    },
  )
}

export function duplicateDag({ dag, files }: { dag: string; files: readonly string[] }): Problem {
  return error(
    'duplicate-dag',
    { dag, ...(files[0] !== undefined && { file: files[0] }) },
    {
      what: `DAG "${dag}" is defined ${files.length} times: ${files.join(', ')}`,
      why: 'a DAG is stored and deployed under its id',
      fix: 'give each DAG an id of its own, or delete one',
    },
  )
}

/** @param isGroup whether one of them is a group. */
export function duplicateId({
  dag,
  task,
  times,
  isGroup = false,
}: InTask & { times: number; isGroup?: boolean }): Problem {
  return error(
    'duplicate-id',
    { dag, task },
    {
      what: `${times} ${isGroup ? 'tasks or groups' : 'tasks'} are called ${task}`,
      why: 'a task is stored and shown under its id',
      fix: `rename one of them, for instance ${task}_2`,
    },
  )
}

export function emptyDag({ dag }: { dag: string }): Problem {
  return error(
    'empty-dag',
    { dag },
    {
      what: `${dag} has no tasks`,
      why: 'a run of it would have nothing to do and nothing to tell',
      fix: "add one: dag.task('first', async () => { … })()",
    },
  )
}

export function failFastRule({ dag, task, rule }: InTask & { rule: string }): Problem {
  return error(
    'fail-fast-rule',
    { dag, task },
    {
      what: `${task} has the rule ${rule} in a DAG with failFast`,
      why: 'the first failure ends such a run at once, so a rule other than all_success could never see one',
      fix: "remove the rule, or use onFailure: 'isolate' or 'drain'",
    },
  )
}

export function fileDoesNotLoad({ what, why, fix, ...where }: Parts & ProblemPlace): Problem {
  return error('file-does-not-load', where, { what, why, fix })
}

export function fileWithoutDag({ file }: { file: string }): Problem {
  return error(
    'file-without-dag',
    { file },
    {
      what: `${file} offers no DAG`,
      why: 'DAGs are found by what a file exports or registers with a Bundle',
      fix: "export it: export const dag = new Dag('…')",
    },
  )
}

export function hiddenFailure({
  dag,
  tasks,
  hiders,
}: {
  dag: string
  tasks: readonly string[]
  hiders: readonly string[]
}): Problem {
  return warning(
    'hidden-failure',
    { dag },
    {
      what: `when ${abridge(tasks).join(', ')} ${tasks.length === 1 ? 'fails' : 'fail'}, the run can still end as a success`,
      why: `a run ends as its last tasks do, and ${abridge(hiders).join(', ')} can succeed after a failure`,
      fix: 'add a last task after them that does not go on after a failure, e.g. dag.empty(…) with triggerRule none_failed',
    },
  )
}

export function historyMayOverflow({ dag, events, limit }: { dag: string; events: number; limit: number }): Problem {
  return warning(
    'history-may-overflow',
    { dag },
    {
      what: `a run in which every task uses all its retries has ${events} history events, the limit is ${limit}`,
      why: 'Step Functions ends an execution whose history is full (a fixed quota); each retry adds 3 events, and repeats of one task cannot be split into several executions',
      fix: 'lower the retries of the task that has most',
    },
  )
}

export function historyTooLong({
  dag,
  events,
  limit,
  tasks,
}: {
  dag: string
  events: number
  limit: number
  tasks: number
}): Problem {
  return error(
    'history-too-long',
    { dag },
    {
      what: `a run of ${tasks} tasks has ${events} history events, the limit is ${limit}`,
      why: 'Step Functions ends an execution whose history is full (a fixed quota); each task adds 5 events, and what is mapped as a group is not split into several executions',
      fix: 'move tasks out of the mapped group, or let it trigger a DAG that holds them (triggerDagRun)',
    },
  )
}

/** @param own what the author wrote of the id; the rest is the group in front. */
export function illegalId({
  dag,
  task,
  group,
  own,
  reason,
}: {
  dag: string
  task?: string
  group?: string
  own?: string
  reason: string
}): Problem {
  const [kind, id] = group !== undefined ? ['group', group] : task !== undefined ? ['task', task] : ['DAG', dag]
  const isDag = kind === 'DAG'
  const legal = `${isDag ? 'letters, digits, _ . -' : kind === 'task' ? 'letters, digits, _ -' : 'letters a to z, digits, _ -'}, 1 to ${kind === 'group' ? 200 : 250} characters`
  return error(
    'illegal-id',
    { dag, ...(task !== undefined && { task }) },
    {
      what: `${kind} id "${shown(id)}" ${reason}`,
      why: `ids become keys of records, names of states and parts of addresses: ${legal}`,
      fix: suggestId(own ?? id, isDag),
    },
  )
}

/** @param task id of a task or group. */
export function mapTooLong({ dag, task, length, limit }: InTask & { length: number; limit: number }): Problem {
  return error(
    'map-too-long',
    { dag, task },
    {
      what: `${task} is expanded over ${length} elements, the limit is ${limit}`,
      why: 'maxMapLength of the DAG limits how many instances a mapped task has (Airflow’s default: 1024)',
      fix: `use fewer elements, or raise the limit: new Dag('${dag}', { maxMapLength: ${length} })`,
    },
  )
}

export function mappedGroupCycle({
  dag,
  group,
  path,
}: {
  dag: string
  group: string
  path: readonly string[]
}): Problem {
  return error(
    'mapped-group-cycle',
    { dag },
    {
      what: `mapped group: ${path.join(' → ')} wait for each other`,
      why: `the tasks of ${group} run once per element, all in one step: what follows one of them follows the step as a whole`,
      fix: `take the tasks in between into ${group}, or split ${group} into a group before them and one behind them`,
    },
  )
}

export function missingTaskId({ dag, given }: { dag: string; given: string }): Problem {
  return error(
    'missing-task-id',
    { dag },
    {
      what: `a task has no id (${given})`,
      why: 'an anonymous function has no name that could serve as one',
      fix: "name it: dag.task('my_task', handler), or { taskId: 'my_task' }",
    },
  )
}

export function nestedReference({ dag, task, path, upstream }: InTask & { path: string; upstream: string }): Problem {
  return error(
    'nested-reference',
    { dag, task },
    {
      what: `${path} of ${task} holds a reference to ${upstream} inside a literal`,
      why: 'inputs are bound to arguments; what is inside an object or array is passed on as written',
      fix: 'pass it as an argument of its own, or use all([a, b]) for an array of results',
    },
  )
}

export function nestingTooDeep({ dag, depth, limit }: { dag: string; depth: number; limit: number }): Problem {
  return error(
    'nesting-too-deep',
    { dag },
    {
      what: `the tasks branch ${depth} times inside each other, the limit is ${limit}`,
      why: 'every branching inside a branch is a Parallel state inside a Parallel state, and Step Functions refuses too many levels',
      fix: 'split the DAG in two, or let some branches wait for each other',
    },
  )
}

export function neverRuns({
  dag,
  task,
  rule,
  decider,
  options,
}: InTask & { rule: string; decider: string; options: readonly [string, string] }): Problem {
  return warning(
    'never-runs',
    { dag, task },
    {
      what: `${task} can never run: it needs both ${options[0]} and ${options[1]}, and ${decider} chooses one of them`,
      why: `with the rule ${rule} a skipped upstream skips the task, and the branch that is not taken is skipped`,
      fix: `give ${task} the rule none_failed_min_one_success, which runs after whichever branch was taken`,
    },
  )
}

export function neverSkipped({ dag, task, decider }: InTask & { decider: string }): Problem {
  return warning(
    'never-skipped',
    { dag, task },
    {
      what: `${decider} can never skip ${task}, whose rule is always`,
      why: 'a task with the rule always starts with the run, before anything is decided',
      fix: 'choose another rule, for instance none_failed',
    },
  )
}

export function notJson({ dag, task, path, given }: InTask & { path: string; given: string }): Problem {
  return error(
    'not-json',
    { dag, task },
    {
      what: `${path} of ${task} is ${given}, which is not JSON`,
      why: 'literals are stored with the DAG and reach the handler through JSON',
      fix: 'pass text, numbers, booleans, null, or arrays and objects of them; make anything else inside the handler',
    },
  )
}

export function optionWithoutEffect({
  dag,
  task,
  option,
  value,
}: {
  dag: string
  task?: string
  option: string
  value: string
}): Problem {
  return warning(
    'option-without-effect',
    { dag, ...(task !== undefined && { task }) },
    {
      what: `${option} is ${value}, which has no effect in this version`,
      why: 'the option is accepted, recorded and shown, so that DAGs of Airflow load unchanged',
      fix: 'do not rely on it; remove it to silence this warning',
    },
  )
}

export function pathNotFound({ path, near }: { path: string; near: string | null }): Problem {
  return error(
    'path-not-found',
    { file: path },
    {
      what: `there is no file or folder ${path}`,
      why: 'DAGs are read from TypeScript files',
      fix: near ? `did you mean ${near}?` : 'give the path of a DAG file, or of a folder of them',
    },
  )
}

export function redundantEdges({
  dag,
  edges,
}: {
  dag: string
  edges: readonly (readonly [from: string, to: string])[]
}): Problem {
  return advice(
    'redundant-edges',
    { dag },
    {
      what: `longer paths imply ${edges.length === 1 ? 'the edge' : 'the edges'} ${abridge(edges.map(([from, to]) => `${from} → ${to}`)).join(', ')}`,
      why: 'they order nothing, and only the trigger rule of the later task still counts them',
      fix: 'leave them out if they are there for the order only',
    },
  )
}

export function ruleWithoutEffect({ dag, task, rule }: InTask & { rule: string }): Problem {
  return advice(
    'rule-without-effect',
    { dag, task },
    {
      what: `${task} has the rule ${rule} and no upstreams`,
      why: 'a task without upstreams runs under any rule, as in Airflow',
      fix: `remove the rule, or place ${task} after the tasks it is about`,
    },
  )
}

export function selfEdge({ dag, task }: InTask): Problem {
  return error(
    'self-edge',
    { dag, task },
    {
      what: `${task} waits for itself`,
      why: 'a task runs once per run, so it can never be before itself',
      fix: `remove the edge from ${task} to ${task}`,
    },
  )
}

export function serviceArgumentTooLarge({
  dag,
  task,
  bytes,
  limit,
}: InTask & { bytes: number; limit: number }): Problem {
  return error(
    'service-argument-too-large',
    { dag, task },
    {
      what: `${task} has ${bytes} bytes of arguments; ${limit} are the limit`,
      why: 'they stand in the state machine’s definition, which has 1 MiB for the whole DAG (Step Functions quota)',
      fix: 'put what is long into S3 and give the call its address',
    },
  )
}

export function serviceMapped({ dag, task, operator }: InTask & { operator: string }): Problem {
  return error(
    'service-mapped',
    { dag, task },
    {
      what: `${task} is mapped, but ${operator}(…) has no inputs that could differ between instances`,
      why: 'AWS is called with the arguments of the operator, the same for every instance',
      fix: 'call the service from a handler, or map a group around the task',
    },
  )
}

export function servicePattern({
  dag,
  task,
  operator,
  resource,
  pattern,
  possible,
}: InTask & { operator: string; resource: string; pattern: string; possible: readonly string[] }): Problem {
  return error(
    'service-pattern',
    { dag, task },
    possible.length === 0
      ? {
          what: `${task} calls ${resource}, which Step Functions does not know`,
          why: 'an SDK call has the service in small letters and the action in camel case, as in aws-sdk:ssm:getParameter',
          fix: `correct service and action of ${operator}(…)`,
        }
      : {
          what: `${task} calls ${resource} with the pattern ${pattern}`,
          why: `Step Functions offers this call as ${possible.join(' or ')} only`,
          fix: `${operator}({ pattern: '${possible.at(-1)}', … })${pattern === 'sync' ? ', or ask with a sensor whether it is done' : ''}`,
        },
  )
}

export function serviceReadsMapped({ dag, task, upstream }: InTask & { upstream: string }): Problem {
  return error(
    'service-reads-mapped',
    { dag, task },
    {
      what: `${task} takes a value of ${upstream}, which has many instances`,
      why: 'the array of what instances returned is in the run table, where a service call cannot read it',
      fix: `put a task between them that takes ${upstream} and returns what the call needs`,
    },
  )
}

export function serviceToken({ dag, task, operator, waits }: InTask & { operator: string; waits: boolean }): Problem {
  return error(
    'service-token',
    { dag, task },
    waits
      ? {
          what: `${task} waits for its task token, but ${operator}(…) passes it to nobody`,
          why: 'only who has the token can end the task',
          fix: 'put taskToken into the arguments, where the receiver looks for it',
        }
      : {
          what: `${task} passes on a task token, but does not wait for it`,
          why: 'only the pattern wait_for_task_token has a token',
          fix: `${operator}({ pattern: 'wait_for_task_token', … }), or leave taskToken out`,
        },
  )
}

export function stateDataMayOverflow({ dag, bytes, limit }: { dag: string; bytes: number; limit: number }): Problem {
  return warning(
    'state-data-may-overflow',
    { dag },
    {
      what: `a run can have up to ${bytes} bytes of data between two states, the limit is ${limit}`,
      why: '256 KiB, a quota of Step Functions; a mapping needs lists of its indexes and ends, a service task the values it takes',
      fix: 'lower maxMapLength and map over batches, or pass a key or an S3 path instead of long values to service tasks',
    },
  )
}

export function strayValue({ dag, task, path }: { dag: string; task?: string; path: string }): Problem {
  return error(
    'stray-value',
    { dag, ...(task !== undefined && { task }) },
    {
      what: `${path} holds a value that exists only while a run runs`,
      why: 'out(…), run and tpl have values in the arguments of service operators only; elsewhere the text would be sent as it is',
      fix: 'in a handler take the reference as an input, and dates and conf from getContext()',
    },
  )
}

export function taskCalledTwice({ dag, task }: InTask): Problem {
  return error(
    'task-called-twice',
    { dag, task },
    {
      what: `${task} is called more than once`,
      why: 'a call places the task in the graph, and a run starts every task once',
      fix: `keep what the first call returned (const ${identifier(task)} = …) and use it again, or declare a second task`,
    },
  )
}

export function teardownWithoutSetup({ dag, task }: InTask): Problem {
  return warning(
    'teardown-without-setup',
    { dag, task },
    {
      what: `${task} is a teardown, but no setup comes directly before it`,
      why: 'it then runs whenever its upstreams have ended, whether or not there is something to tear down',
      fix: `name what it undoes: ${identifier(task)}.asTeardown({ setups: created })`,
    },
  )
}

export function tooManyPokes({
  dag,
  task,
  events,
  limit,
  interval,
}: InTask & { events: number; limit: number; interval: number }): Problem {
  return error(
    'too-many-pokes',
    { dag, task },
    {
      what: `${task} may poke so often that its run has ${events} history events, the limit is ${limit}`,
      why: 'Step Functions ends an execution whose history is full (a fixed quota); each poke adds 3 events',
      fix: `use a longer pokeInterval (${interval} or more), exponentialBackoff: true with a maxPokeInterval, or a shorter timeout`,
    },
  )
}

export function twoTaskIds({ dag, task, inSpec }: InTask & { inSpec: string }): Problem {
  return error(
    'two-task-ids',
    { dag, task },
    {
      what: `${task} also has taskId ${inSpec} in its spec`,
      why: 'a task has one id',
      fix: 'remove taskId from the spec',
    },
  )
}

export function uncalledTask({ dag, task }: InTask): Problem {
  return error(
    'uncalled-task',
    { dag, task },
    {
      what: `${task} is declared but never called`,
      why: 'calling the task places it in the graph; without a call it would never run',
      fix: `call it once: const ${identifier(task)}Ref = ${identifier(task)}(…), or delete it`,
    },
  )
}

export function unknownRunValue({
  dag,
  task,
  name,
  known,
}: InTask & { name: string; known: readonly string[] }): Problem {
  const near = didYouMean(name, known)
  return error(
    'unknown-run-value',
    { dag, task },
    {
      what: `${task} asks for "${shown(name)}" of the run`,
      why: `a run has ${known.join(', ')}, params.… and dag_run.conf.…`,
      fix: `${near === null ? '' : `did you mean ${near}? `}take one of these, or compute it in a task before and use out(…)`,
    },
  )
}

export function unknownUpstream({
  dag,
  task,
  upstream,
  reason,
  near,
}: InTask & { upstream: string; reason: string; near: string | null }): Problem {
  return error(
    'unknown-upstream',
    { dag, task },
    {
      what: `${task} refers to ${upstream}, ${reason}`,
      why: 'an edge joins two placed tasks of one DAG',
      fix: near ?? 'pass what calling a task of this DAG returned',
    },
  )
}

const error = (code: string, where: ProblemPlace, parts: Parts): Problem => ({
  code,
  severity: 'error',
  where,
  ...parts,
})
const warning = (code: string, where: ProblemPlace, parts: Parts): Problem => ({
  code,
  severity: 'warning',
  where,
  ...parts,
})

const advice = (code: string, where: ProblemPlace, parts: Parts): Problem => ({
  code,
  severity: 'advice',
  where,
  ...parts,
})

/** Ids have up to 250 characters; a longer one is shown by its beginning. */
const shown = (id: string): string => (id.length <= 60 ? id : `${id.slice(0, 57)}…`)

function suggestId(id: string, isDag: boolean): string {
  const legal = id.replace(isDag ? /[^\p{L}\p{N}_.-]+/gu : /[^\p{L}\p{N}_-]+/gu, '_').slice(0, 250)
  return /[\p{L}\p{N}]/u.test(legal) && legal !== id ? `for instance "${shown(legal)}"` : 'give it a name'
}

const identifier = (task: string): string =>
  task.replace(/[^A-Za-z0-9_$]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')

/** Beginning and end of a list that is too long to read. */
function abridge(items: readonly string[]): readonly string[] {
  const shownAtEnds = 5
  if (items.length <= 2 * shownAtEnds + 1) return items
  const left = items.length - 2 * shownAtEnds
  return [...items.slice(0, shownAtEnds), `… ${left} more …`, ...items.slice(-shownAtEnds)]
}
