/** A sensor asks once per try; "not ready" is the first retrier, with growing intervals, and uses up no try. */
import { Dag, sensor } from 'stepdag'

export const dag = new Dag('sensors')

const options = { pokeInterval: 30, timeout: 3600, exponentialBackoff: 2, maxPokeInterval: 300 }
const ready = dag.task(
  'ready',
  sensor(async () => true, options),
  { retries: 1 },
)()
ready.before(dag.empty('load'))
