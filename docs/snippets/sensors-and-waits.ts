import { approval, Dag, deferrable, getContext, humanInput, sensor, triggerDagRun } from 'stepdag'

export const dag = new Dag('release')

// #region sensor
const published = sensor(
  async ({ url }: { url: string }) => {
    const { ok } = await fetch(url)
    return ok
  },
  { pokeInterval: 120, timeout: 6 * 3600, exponentialBackoff: true, maxPokeInterval: 900 },
)
const ready = dag.task('ready', published)({ url: 'https://example.com/data' })
// #endregion

// #region people
const regions = dag.task(
  'regions',
  humanInput({
    subject: 'Which regions?',
    options: ['eu', 'us'],
    multiple: true,
    defaults: 'eu',
    responseTimeout: 3600,
  }),
)()

type Choice = { chosen_options: string[] }
const signOff = dag.task(
  'sign_off',
  approval({ subject: ({ to }: { to: Choice }) => `Ship to ${to.chosen_options.join(', ')}?`, onReject: 'skipAll' }),
)({ to: regions })
// #endregion

// #region outside
const scan = dag.task(
  'scan',
  deferrable(
    async ({ image }: { image: string }) => {
      const { deferral } = getContext()
      await fetch('https://scanner.example.com/scans', { method: 'POST', body: JSON.stringify({ image, deferral }) })
    },
    { timeout: 7200, heartbeat: 600 },
  ),
)({ image: 'shop:7' })
// #endregion

// #region trigger
const report = dag.task('report', triggerDagRun({ dagId: 'sales_report', waitForCompletion: true }))()
dag.triggerDagRun({ taskId: 'archive', dagId: 'archive', conf: { keep: 30 } }).after(report)
// #endregion

report.after(ready, signOff, scan)
