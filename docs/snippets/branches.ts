import { Dag, FailTask, SkipTask } from 'stepdag'

export const dag = new Dag('orders')
const count = dag.task('count', async (): Promise<number> => 3)()

// #region if
const isBusy = dag.task('is_busy', async ({ orders }: { orders: number }) => orders > 100)
const split = dag.task('split', async () => console.log('in parts'))()
const whole = dag.task('whole', async () => console.log('at once'))()

dag
  .if(isBusy({ orders: count }))
  .then(split)
  .else(whole)

const report = dag.task('report', async () => console.log('done'), { triggerRule: 'none_failed_min_one_success' })
report().after(split, whole)
// #endregion

// #region switch
const daily = dag.task('daily', async () => console.log('daily'))()
const weekly = dag.taskGroup('weekly')
weekly.task('totals', async () => console.log('totals'))()

const pick = dag.task('pick', async () => (new Date().getUTCDay() === 1 ? weekly : daily))()
dag.switch(pick).case(daily).case(weekly)
// #endregion

// #region branch
const [mail, chat, post] = [dag.empty('mail'), dag.empty('chat'), dag.empty('post')]
const channels = dag.task('channels', async ({ orders }: { orders: number }) => (orders > 10 ? [mail, chat] : [post]))
const chosen = channels({ orders: count })
chosen.before(mail, chat, post)
dag.branch(chosen)
// #endregion

// #region short-circuit
const anyNew = dag.task('any_new', async ({ orders }: { orders: number }) => orders > 0)({ orders: count })
anyNew.before(dag.empty('publish'))
dag.shortCircuit(anyNew)

dag.latestOnly('only_now').before(dag.empty('refresh_dashboard'))
// #endregion

// #region skip
const archive = dag.task('archive', async ({ orders }: { orders: number }) => {
  if (orders === 0) throw new SkipTask('nothing to archive')
  if (orders < 0) throw new FailTask('a negative count will not get better')
})
archive({ orders: count })
// #endregion
