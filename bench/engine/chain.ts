/** A chain of no-op tasks through the local world → milliseconds from the trigger to the recorded success, round by round. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startWorld, type World } from '../../local/index.ts'

export interface ChainRound {
  readonly worldMs: number
  /** The same functions awaited one after the other in this process. */
  readonly bareMs: number
}

export async function measureChain(tasks: number, rounds: number): Promise<readonly ChainRound[]> {
  const projectDir = mkdtempSync(join(tmpdir(), 'stepdag-bench-'))
  const dagsPath = join(projectDir, 'dags')
  mkdirSync(dagsPath)
  writeFileSync(join(dagsPath, 'bench_chain.ts'), dagFile(tasks))
  const world = await startWorld({
    projectDir,
    dagsPath,
    stateDir: join(projectDir, '.stepdag'),
    port: 0,
    schedules: false,
    watch: false,
    report: () => {},
  })
  try {
    const measured: ChainRound[] = []
    for (let round = -warmUps; round < rounds; round++) {
      const [worldMs, bareMs] = [await runOnce(world), await bareOnce(tasks)]
      if (round >= 0) measured.push({ worldMs, bareMs })
    }
    return measured
  } finally {
    await world.close()
    rmSync(projectDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Starts threads and compiles code, which the first run of a day pays for and no other. */
const warmUps = 2
const askEveryMs = 20

const dagFile = (tasks: number) => `
import { chain, Dag } from 'stepdag'
export const dag = new Dag('bench_chain', {})
chain(...Array.from({ length: ${tasks} }, (_, n) => dag.task('t' + n, async () => {})()))
`

async function runOnce({ apiUrl }: World): Promise<number> {
  const runs = `${apiUrl}/api/v2/dags/bench_chain/dagRuns`
  const begun = performance.now()
  const answer = await fetch(runs, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"logical_date":null}',
  })
  const { dag_run_id: runId } = (await answer.json()) as { dag_run_id: string } // the API's contract
  for (;;) {
    const { state } = (await (await fetch(`${runs}/${encodeURIComponent(runId)}`)).json()) as { state: string }
    if (state === 'success') return performance.now() - begun
    if (state === 'failed') throw new Error('the chain failed')
    await pause(askEveryMs)
  }
}

async function bareOnce(tasks: number): Promise<number> {
  const begun = performance.now()
  for (let task = 0; task < tasks; task++) await noOp()
  return performance.now() - begun
}

const noOp = async () => {}
