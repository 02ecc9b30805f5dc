/**
 * What TypeScript must accept and refuse between tasks. `npm run check` compiles this file: a line marked
 * `@ts-expect-error` that compiles is an error itself.
 */
import { all, chain, Dag, optional, type TaskFactory, type TaskRef, withArgList } from 'stepdag'

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
