/** A real process, really killed: what fault injection assumes about SIGKILL is what the system does. */
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { readLogs } from './lifetimes.ts'

const runs = 20
/** After the process has recovered: while it starts, calls, waits, and once more while it recovers what that left. */
const killAfterMs = [15, 60, 250, 5]

it('loses nothing and repeats no success when its process is killed', { timeout: 60_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'stepdag-kill-'))
  const [dataDir, effectsDir] = [join(dir, 'data'), join(dir, 'effects')]
  mkdirSync(effectsDir)
  try {
    for (const afterMs of killAfterMs) {
      const life = live(dataDir, effectsDir)
      await life.recovered
      await pause(afterMs)
      life.process.kill('SIGKILL')
      await life.gone
    }
    const last = live(dataDir, effectsDir)
    await last.done
    await last.gone
    const effects = readFileSync(join(effectsDir, 'effects.txt'), 'utf8').split('\n').filter(Boolean).sort()
    const each = Array.from({ length: runs }, (_, n) => ['a', 'b', 'c', 'd'].map((task) => `run-${n} ${task}`))
    expect(effects).toEqual(each.flat().sort())
    const logs = readLogs(dataDir)
    expect(logs).toHaveLength(runs)
    expect(logs.map((entries) => entries.at(-1)?.type)).toEqual(logs.map(() => 'ExecutionSucceeded'))
    for (const entries of logs) {
      const ids = entries.flatMap(({ id }) => (id > 0 ? [id] : []))
      expect(ids).toEqual(ids.map((_, at) => at + 1))
    }
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
})

function live(dataDir: string, effectsDir: string) {
  const script = join(import.meta.dirname, 'engine-process.ts')
  const child = fork(script, [dataDir, effectsDir, String(runs)], {
    execArgv: ['--import', 'tsx', '--conditions=stepdag-source'],
  })
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const said = (word: string) =>
    new Promise<void>((resolve, reject) => {
      child.on('message', (message) => message === word && resolve())
      void gone.then((code) => reject(new Error(`the process ended with ${code} before it was ${word}`)))
    })
  const [recovered, done] = [said('recovered'), said('done')]
  done.catch(() => {}) // of a life that is killed
  return { process: child, gone, recovered, done }
}
