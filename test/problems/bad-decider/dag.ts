import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const isBusy = dag.task('is_busy', async () => true)()
const load = dag.task('load', async () => 1)()
const note = dag.task('note', async () => 2)()
dag.if(isBusy).then(load)
dag.switch(isBusy).case(note)

const isOpen = dag.task('is_open', async () => true)()
dag.if(isOpen)

const pick = dag.task('pick', async () => load)()
dag.switch(pick).cases([load, load])
