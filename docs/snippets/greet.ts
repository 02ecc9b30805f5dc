import { Dag } from 'stepdag'

export const dag = new Dag('greet', { schedule: '0 7 * * *', timezone: 'Europe/Zurich' })

const fetchNames = dag.task('fetch_names', async (): Promise<string[]> => ['Ada', 'Grace'])

const greet = dag.task('greet', async ({ names }: { names: string[] }) => {
  console.log(`hello ${names.join(' and ')}`)
  return names.length
})

greet({ names: fetchNames() })
