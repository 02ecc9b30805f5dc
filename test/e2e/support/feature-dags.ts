/** Small DAGs, one per feature, for a world with real workers. `$FLAG` is a file that tests make when something may go on. */
const head = (id: string, options = '{}') => `
import { appendFileSync, existsSync } from 'node:fs'
import { approval, Dag, getContext, optional, sensor, triggerDagRun } from 'stepdag'
const note = () => { const { runId, taskId } = getContext(); appendFileSync($EFFECTS, runId + ' ' + taskId + '\\n') }
const isFlagged = () => existsSync($EFFECTS + '.' + getContext().dagId)
export const dag = new Dag('${id}', ${options})
const task = (id: string, body: () => unknown, more: object = {}) => dag.task(id, async () => { note(); return body() }, more)()
const fail = () => { throw new TypeError('broken') }
`

export const featureDags: Readonly<Record<string, string>> = {
  mapped: `${head('mapped')}
const few = dag.task('few', async (): Promise<number[]> => [1, 2, 3])()
const many = dag.task('many', async (): Promise<number[]> => Array.from({ length: 45 }, (_, n) => n))()
const none = dag.task('none', async (): Promise<number[]> => [])()
const double = dag.task('double', async ({ n }: { n: number }) => n * 2).expand({ n: few })
const wide = dag.task('wide', async ({ n }: { n: number }) => n + 1, { maxActiveTisPerDagrun: 50 }).expand({ n: many })
dag.task('nothing', async ({ n }: { n: number }) => n).expand({ n: none })
const total = dag.task('total', async ({ a, b }: { a: number[]; b: number[] }) => ({ a, sum: b.reduce((x, y) => x + y, 0) }))
total({ a: double, b: wide })
`,
  sensing: `${head('sensing')}
const ready = dag.task('ready', sensor(async () => isFlagged(), { pokeInterval: 1, timeout: 60 }))()
ready.before(task('after', () => 1))
const never = dag.task('never', sensor(async () => false, { pokeInterval: 1, timeout: 1, softFail: true }))()
never.before(task('skipped', () => 1))
`,
  fail_fast: `${head('fail_fast', `{ onFailure: 'failFast' }`)}
const bad = task('bad', fail)
bad.before(task('after', () => 1))
const beside = task('beside', () => new Promise((resolve) => setTimeout(resolve, 1500)))
beside.before(task('later', () => 1))
`,
  drain: `${head('drain', `{ onFailure: 'drain' }`)}
task('bad', fail)
const slow = task('slow', () => new Promise((resolve) => setTimeout(resolve, 1500)))
slow.before(task('after', () => 1))
`,
  early: `${head('early')}
const bad = task('bad', fail)
const slow = task('slow', () => new Promise((resolve) => setTimeout(resolve, 1000)))
task('alert', () => 1, { triggerRule: 'one_failed' }).after(bad, slow)
task('any', () => 1, { triggerRule: 'one_success' }).after(bad, slow)
task('last', () => 1, { triggerRule: 'all_done' }).after(bad, slow)
task('never', () => 1).after(bad, slow)
`,
  cleaned: `${head('cleaned')}
const create = task('create', () => 1)
const use = task('use', fail)
const remove = task('remove', () => 1)
create.before(use)
use.before(remove)
remove.asTeardown({ setups: create })
`,
  branching: `${head('branching')}
const big = dag.task('big', async () => true)
const [yes, no] = [task('yes', () => 1), task('no', () => 1)]
dag.if(big()).then(yes).else(no)
task('join', () => 1, { triggerRule: 'none_failed_min_one_success' }).after(yes, no)
`,
  child: `${head('child')}
task('work', () => 1)
`,
  parent: `${head('parent')}
const good = dag.task('good', triggerDagRun({ dagId: 'child', waitForCompletion: true }))()
task('after', () => 1).after(good)
`,
  signed: `${head('signed')}
const sign = dag.task('sign', approval({ subject: 'Ship it?' }))()
task('ship', () => 1).after(sign)
`,
  slow: `${head('slow')}
task('late', () => new Promise((resolve) => setTimeout(resolve, 30_000)), { executionTimeout: 1 })
`,
}
