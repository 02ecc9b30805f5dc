// Does what the README promises in its first lines, with a stopwatch: `npm start` shows a successful run of orders_daily
// in the API within 60 seconds, Ctrl-C ends it cleanly, and a second start still knows the run.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const api = 'http://127.0.0.1:8080/api/v2'
const limitSeconds = 60
// It is there while a world runs, and is removed by a clean end only.
const worldFile = '.stepdag/world.json'

const first = start()
const seconds = await until(successfulRun, limitSeconds)
console.log(`a successful run of orders_daily is in the API after ${seconds.toFixed(1)} s`)
await interrupt(first)

const second = start()
const again = await until(successfulRun, limitSeconds)
console.log(`a second start finds it after ${again.toFixed(1)} s`)
await interrupt(second)

function start() {
  return spawn('npm', ['start'], { stdio: 'inherit', detached: true })
}

async function successfulRun() {
  const answer = await fetch(`${api}/dags/orders_daily/dagRuns?state=success`).catch(() => null)
  return answer?.ok && (await answer.json()).total_entries > 0
}

async function until(condition, seconds) {
  const begin = performance.now()
  while (performance.now() - begin < seconds * 1000) {
    if (await condition()) return (performance.now() - begin) / 1000
    await pause(250)
  }
  throw new Error(`not within ${seconds} s`)
}

/** Ctrl-C in a terminal reaches the whole process group. npm itself dies of it; the world must end by itself, with 0. */
async function interrupt(child) {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGINT')
  await exited
  const ended = async () => !existsSync(worldFile)
  await until(ended, 20)
  if (await fetch(api).catch(() => null)) throw new Error('the API still answers after Ctrl-C')
}
