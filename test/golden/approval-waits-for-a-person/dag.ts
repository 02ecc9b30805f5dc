/** The state waits for its token a minute longer than the person may take; then it calls again, and the wrapper decides. */
import { approval, Dag } from 'stepdag'

export const dag = new Dag('approvals')

const ok = dag.task('ok', approval({ subject: 'Publish?', responseTimeout: 86_400 }))()
ok.before(dag.empty('publish'))
