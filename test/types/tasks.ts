/**
 * What TypeScript must accept and refuse between tasks. `npm run check` compiles this file: a line marked
 * `@ts-expect-error` that compiles is an error itself.
 */
import {
  all,
  approval,
  chain,
  Dag,
  deferrable,
  type HITLResult,
  humanInput,
  latestOnly,
  optional,
  sensor,
  type TaskFactory,
  type TaskRef,
  triggerDagRun,
  withArgList,
} from 'stepdag'

const dag = new Dag('types')

const extract = dag.task('extract', async (): Promise<{ rows: number }> => ({ rows: 3 }))
const label = dag.task('label', () => 'eu')
const load = dag.task(
  'load',
  async ({ got, region }: { got: { rows: number }; region: string }) => got.rows > region.length,
)
const nothing = dag.task('nothing', async () => {})
const maybe = dag.task('maybe', async ({ note }: { note?: string }) => note ?? null)
const sum = dag.task('sum', async ({ counts }: { counts: number[] }) => counts.length)
const refund = dag.task('refund', async ({ rows }: { rows: { rows: number } | null }) => rows?.rows ?? 0)
const named = dag.task(async function namedTask() {
  return 1
})

// Types are inferred: no annotation is needed on the left.
const got: TaskRef<{ rows: number }> = extract()
const isLarge: TaskRef<boolean> = load({ got, region: 'eu' })
const one: TaskRef<number> = named()
const factory: TaskFactory<{ counts: number[] }, number> = sum

load({ got, region: label() })
load({ got: { rows: 3 }, region: 'eu' })
load(withArgList(got, 'eu'))
maybe()
maybe({ note: 'fine' })
sum({ counts: all([one, 2]) })
sum({ counts: [1, 2] })
refund({ rows: optional(got) })
refund({ rows: got })
factory({ counts: [1] })
isLarge.after(got, one).before(nothing())
chain(got, [isLarge, one], dag.empty('end'))

// @ts-expect-error: an argument is missing.
load({ got })
// @ts-expect-error: a name that the handler does not have.
load({ got, regoin: 'eu' })
// @ts-expect-error: the upstream returns another type.
load({ got: label(), region: 'eu' })
// @ts-expect-error: a literal of the wrong type.
load({ got, region: 7 })
// @ts-expect-error: inputs are missing altogether.
load()
// @ts-expect-error: the handler takes no inputs.
extract({ rows: 3 })
// @ts-expect-error: a task that returns nothing has nothing to give.
load({ got: nothing(), region: 'eu' })
// @ts-expect-error: optional(…) may pass null, which this handler does not take.
load({ got: optional(got), region: 'eu' })
// @ts-expect-error: an element of the wrong type.
sum({ counts: all([one, label()]) })
// @ts-expect-error: the factory, not what calling it returns.
load({ got: extract, region: 'eu' })
// @ts-expect-error: a reference inside a literal.
sum({ counts: [one] })
// @ts-expect-error: no such value in the list.
load(withArgList(got, 7))
// @ts-expect-error: a reference is not an object of inputs.
load(got)
// @ts-expect-error: a handler takes one object.
dag.task('two', async (a: number, b: number) => a + b)
// @ts-expect-error: a handler takes an object, not a number.
dag.task('primitive', async (a: number) => a)
// @ts-expect-error: no such option.
dag.task('option', async () => 1, { retires: 2 })
// @ts-expect-error: no such rule.
dag.task('rule', async () => 1, { triggerRule: 'all_succes' })
// @ts-expect-error: seconds, not a text.
dag.task('delay', async () => 1, { retryDelay: '5 minutes' })
// @ts-expect-error: options of tasks belong into `defaults`.
new Dag('options', { retries: 2 })
// @ts-expect-error: a Date, not a text.
new Dag('date', { startDate: '2026-01-01' })
// @ts-expect-error: only references have an order.
got.before('load')
// @ts-expect-error: only references can be chained.
chain(got, extract)

// Groups, deciders, setups and teardowns.
const group = dag.taskGroup('group', { defaults: { retries: 1 } })
const inGroup: TaskRef<number> = group.task('in_group', () => 1)()
group.after(got).before(isLarge)
got.before(group)
chain(group, [got, group.taskGroup('inner')])
dag.if(isLarge).then(group).else(got)
dag.switch(got).case(one).cases([group, isLarge])
dag.branch(isLarge)
dag.shortCircuit(isLarge, { respectTriggerRules: true })
inGroup.asSetup().before(got)
one.asTeardown({ setups: [inGroup], onFailureFailDagrun: true })

// @ts-expect-error: a case is a reference, not an id.
dag.switch(got).case('one')
// @ts-expect-error: a group decides nothing.
dag.if(group)
// @ts-expect-error: else comes behind then.
dag.if(isLarge).else(got)
// @ts-expect-error: options of tasks belong into the group's `defaults`.
dag.taskGroup('options', { retries: 1 })
// @ts-expect-error: a group is no setup.
one.asTeardown({ setups: group })
// @ts-expect-error: the rule of teardowns cannot be chosen.
dag.task('rule', () => 1, { triggerRule: 'all_done_setup_success' })

// Mapping.
const names = dag.task('names', async (): Promise<string[]> => ['a'])()
const measure = dag.task('measure', async ({ name, unit }: { name: string; unit: string }) => name.length + unit.length)
const lengths: TaskRef<number[]> = measure.expand({ name: names, unit: ['cm', 'in'] })
measure.partial({ unit: 'cm' }).expand({ name: names })
measure.partial({ unit: label() }).expandKwargs([{ name: 'a' }])
measure.expandKwargs([{ name: 'a', unit: 'cm' }])
sum({ counts: lengths })
sum({ counts: names.map((name) => name.length) })
sum({ counts: lengths.concat([1, 2], lengths).map(async (length) => length + 1) })
const pairs = dag.task('pairs', async ({ of }: { of: [string, number][] }) => of.length)
pairs({ of: names.zip(lengths) })
pairs({ of: names.zip([1, 2], { fill: null }) })
const files = dag.taskGroup('files')
const { name } = files.expand({ name: names })
const measured = files.task('measured', async ({ name }: { name: string }) => name.length)({ name })
sum({ counts: files.collect(measured) })

// @ts-expect-error: an array of the argument's type.
measure.expand({ name: lengths, unit: ['cm'] })
// @ts-expect-error: one array per argument.
measure.expand({ name: names })
// @ts-expect-error: what partial fixed is not expanded.
measure.partial({ unit: 'cm' }).expand({ name: names, unit: ['in'] })
// @ts-expect-error: no such argument to fix.
measure.partial({ units: 'cm' })
// @ts-expect-error: an input is missing in the objects.
measure.expandKwargs([{ name: 'a' }])
// @ts-expect-error: a mapped task provides an array.
refund({ rows: lengths })
// @ts-expect-error: only arrays have elements.
got.map((row) => row)
// @ts-expect-error: the function of map makes texts.
sum({ counts: names.map((name) => name) })
// @ts-expect-error: the second list has texts.
pairs({ of: names.zip(names) })
// @ts-expect-error: an element is a text here.
files.task('wrong', async ({ name }: { name: number }) => name)({ name })

// Operators in place of handlers.
const ready: TaskRef<boolean> = dag.task(
  'ready',
  sensor(async ({ rows }: { rows: number }) => rows > 1),
)({ rows: one })
const asked: TaskRef<HITLResult> = dag.task(humanInput({ subject: 'Go?', options: ['yes'] }), { taskId: 'ask' })()
dag.task('approve', approval({ subject: ({ rows }: { rows: number }) => `${rows}` }))({ rows: one })
dag
  .task(
    'scan',
    deferrable(async () => {}, { timeout: 60 }),
  )()
  .after(asked, ready)
dag.task(triggerDagRun({ dagId: 'report' }), { taskId: 'next' })()
dag.triggerDagRun({ taskId: 'other', dagId: 'report', logicalDate: null }).after(one)
dag.task('latest', latestOnly())()
dag.latestOnly('latest_too').before(one)

// @ts-expect-error: the operator's inputs are missing.
dag.task(
  'poke',
  sensor(async ({ rows }: { rows: number }) => rows > 1),
)()
// @ts-expect-error: an input of the wrong type.
dag.task('approve_two', approval({ subject: ({ rows }: { rows: number }) => `${rows}` }))({ rows: label() })
// @ts-expect-error: no such option.
sensor(async () => true, { timeOut: 3 })
// @ts-expect-error: a question has options.
humanInput({ subject: 'Go?' })
// @ts-expect-error: an operator has no name that could be an id.
dag.task(latestOnly())
// @ts-expect-error: the DAG to run is missing.
dag.triggerDagRun({ taskId: 'none' })
