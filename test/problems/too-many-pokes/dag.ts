import { Dag, sensor } from 'stepdag'

export const dag = new Dag('sales')
dag.task('ready', sensor(async () => false, { pokeInterval: 30, timeout: 7 * 86_400 }))()
