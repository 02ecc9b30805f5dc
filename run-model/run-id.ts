/** Run ids as Airflow 3 makes them: `<run type>__<run after>`, plus a random end for runs without a logical date. */
import type { RunType } from './run.ts'

const runTypes: readonly RunType[] = ['scheduled', 'manual', 'backfill', 'asset_triggered', 'asset_materialization']

/** Airflow's pattern; `#` is not in it, so a run id fits into a key. */
const legalRunId = /^[A-Za-z0-9_.~:+-]{1,250}$/

/** Steps in a path to every HTTP client, and the API's word for any run: a run so named could not be asked for. */
const takenByAddresses = ['.', '..', '~']

/**
 * @param random eight letters or digits, used when the run has no logical date: two such runs may share an instant.
 */
export function makeRunId(
  run: { readonly runType: RunType; readonly runAfter: string; readonly logicalDate: string | null },
  random: () => string,
): string {
  const prefix = `${run.runType}__${runIdInstant(run.runAfter)}`
  return run.logicalDate === null ? `${prefix}_${random()}` : prefix
}

/** `2026-03-29T01:30:00+00:00`, with a six-digit fraction only when it is not zero (Python's isoformat). */
function runIdInstant(instant: string): string {
  const [seconds, milliseconds] = new Date(instant).toISOString().slice(0, -1).split('.')
  return `${seconds}${milliseconds === '000' ? '' : `.${milliseconds}000`}+00:00`
}

export type RunIdFault = { readonly why: string; readonly fix: string }

/** Checks an id that a caller chose for a run of `runType`. Null: it may be used. */
export function checkRunId(runId: string, runType: RunType): RunIdFault | null {
  if (!legalRunId.test(runId)) {
    return {
      why: 'a run id has 1 to 250 of these characters: letters and digits of ASCII, _ . ~ : + -',
      fix: `use for example ${suggestion(runId)}`,
    }
  }
  if (takenByAddresses.includes(runId)) {
    return { why: `${runId} has a meaning of its own in the address of a run`, fix: 'use for example my-run-1' }
  }
  const foreign = runTypes.find((type) => type !== runType && runId.startsWith(`${type}__`))
  if (!foreign) return null
  return {
    why: `ids that begin with ${foreign}__ belong to runs of type ${foreign}; this one is ${runType}`,
    fix: `leave the run id out, or begin it with something else`,
  }
}

function suggestion(runId: string): string {
  const cleaned = runId.replace(/[^A-Za-z0-9_.~:+-]+/g, '_').slice(0, 250)
  return cleaned === '' ? 'my-run-1' : cleaned
}
