/** State names have 80 characters: a longer id keeps its beginning and gets a hash, in state data as well. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('long_id')

chain(
  dag.empty('extract_every_order_of_every_country_since_the_shop_was_opened_for_the_first_time'),
  dag.empty('finalize'),
)
