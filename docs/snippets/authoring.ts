import { chain, Dag } from 'stepdag'

// #region place
export const dag = new Dag('invoices', {
  description: 'Sends the invoices of the day',
  tags: ['finance'],
  defaults: { retries: 2, retryDelay: 30 },
})

type Invoice = { number: string; cents: number }

const collect = dag.task('collect', async (): Promise<Invoice[]> => [{ number: 'R-1', cents: 4200 }])
const total = dag.task('total', async ({ invoices }: { invoices: Invoice[] }) => {
  return invoices.reduce((cents, invoice) => cents + invoice.cents, 0)
})
const send = dag.task('send', async ({ invoices, currency }: { invoices: Invoice[]; currency: string }) => {
  console.log(`${invoices.length} invoices in ${currency}`)
})

const invoices = collect()
const sum = total({ invoices })
const sent = send({ invoices, currency: 'EUR' })
// #endregion

// #region order
const archive = dag.task('archive', async () => console.log('archived'))
const done = dag.empty('done')

const archived = archive()
archived.after(sent)
chain([sum, archived], done)
// #endregion
