import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisProcess } from '../../local/process-identity.ts'
import { openStateFolder } from '../../local/state-folder.ts'
import { readWorldFile, writeWorldFile } from '../../local/world-file.ts'
import { lockWorld } from '../../local/world-lock.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()
const url = 'http://127.0.0.1:8080'
const endpoints = { stepFunctions: url, dynamodb: url, s3: url, lambda: url, messages: url }
const open = (name: string) => openStateFolder(join(folder, name))
/** The number of a process that has ended. */
function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  return new Promise((resolve) => child.once('exit', () => resolve(child.pid ?? 0)))
}

describe('the state folder', () => {
  it('is made with its parts', () => {
    open('new')
    expect(readdirSync(join(folder, 'new')).sort()).toEqual([
      'dynamodb',
      'events',
      'executions',
      'lambda',
      'logs',
      'messages',
      'objects',
    ])
  })

  it.each(['as-file', 'with-file/objects'])('that is a file in the place of %s is a problem with a command', (path) => {
    const [root = '', part] = path.split('/')
    if (part) mkdirSync(join(folder, root))
    writeFileSync(join(folder, path), '')
    expect(() => open(root)).toThrow(
      expect.objectContaining({
        name: 'WorldProblem',
        problem: expect.objectContaining({
          code: 'state-dir-not-folder',
          fix: expect.stringContaining(`mv ${join(folder, path)} ${join(folder, path)}.old`),
        }),
      }),
    )
  })

  it('below a file is a problem that touches neither', () => {
    writeFileSync(join(folder, 'plain'), '')
    expect(() => open('plain/state')).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'state-dir-not-folder',
          what: expect.stringContaining(`${join(folder, 'plain')} is a file`),
          fix: 'choose another place: --state-dir <dir>',
        }),
      }),
    )
  })

  it.skipIf(!existsSync('/dev/null'))('that is a device is a problem that leaves the device alone', () => {
    expect(() => openStateFolder('/dev/null')).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ fix: 'choose another place: --state-dir <dir>' }) }),
    )
  })

  it.skipIf(!existsSync('/proc/self'))('where no folder can be made is a problem at once', () => {
    expect(() => openStateFolder('/proc/stepdag')).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'state-dir-not-writable' }) }),
    )
  })

  it.skipIf(process.getuid?.() === 0)('that may not be written is a problem (root may always)', () => {
    mkdirSync(join(folder, 'closed'))
    chmodSync(join(folder, 'closed'), 0o500)
    expect(() => open('closed')).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'state-dir-not-writable' }) }),
    )
  })
})

describe('the lock', () => {
  it('is held by one world and free again after it', () => {
    const state = open('locked')
    const release = lockWorld(state)
    writeWorldFile(state.worldFile, {
      pid: process.pid,
      startedAt: '2026-03-01T00:00:00Z',
      processStartedAt: null,
      apiUrl: url,
      endpoints,
    })
    expect(() => lockWorld(state)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'world-already-running',
          what: expect.stringContaining(`${process.pid}): its API is at ${url}`),
        }),
      }),
    )
    release()
    lockWorld(state)()
    expect(existsSync(state.lockFile)).toBe(false)
  })

  it('of a process that is gone is taken over', async () => {
    const state = open('stale')
    writeFileSync(state.lockFile, JSON.stringify({ pid: await endedPid(), startedAt: null, token: 'x' }))
    lockWorld(state)()
  })

  it.runIf(process.platform === 'linux')('of a process whose number was given to another is taken over', () => {
    const state = open('reused')
    writeFileSync(state.lockFile, JSON.stringify({ ...thisProcess(), startedAt: 'other-boot 1', token: 'x' }))
    lockWorld(state)()
  })

  it.each(['', 'not JSON', '{"pid":"x"}'])('that holds %j is taken over', (content) => {
    const state = open('garbage')
    writeFileSync(state.lockFile, content)
    lockWorld(state)()
  })

  it('that is a folder is a problem with a command', () => {
    const state = open('lock-folder')
    mkdirSync(state.lockFile)
    expect(() => lockWorld(state)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'state-dir-damaged',
          fix: expect.stringContaining(`mv ${state.lockFile}`),
        }),
      }),
    )
  })

  it('is released by its holder only', () => {
    const state = open('foreign')
    const release = lockWorld(state)
    writeFileSync(state.lockFile, 'of another')
    release()
    expect(existsSync(state.lockFile)).toBe(true)
  })
})

describe('world.json', () => {
  it('is read back while its process lives', async () => {
    const state = open('file')
    const { pid, startedAt: processStartedAt } = thisProcess()
    const content = { pid, startedAt: '2026-03-01T00:00:00Z', processStartedAt, apiUrl: url, endpoints }
    writeWorldFile(state.worldFile, content)
    expect(readWorldFile(state.root)).toEqual(content)
    writeWorldFile(state.worldFile, { ...content, pid: await endedPid() })
    expect(readWorldFile(state.root)).toBeNull()
  })

  it('that a process of the same number left behind means that no world runs', () => {
    const state = open('recycled')
    const processStartedAt = 'another boot 1'
    const content = { pid: process.pid, startedAt: '2026-03-01T00:00:00Z', processStartedAt, apiUrl: url, endpoints }
    writeWorldFile(state.worldFile, content)
    // Where the system does not tell processes apart, the number is all there is.
    expect(readWorldFile(state.root)).toEqual(thisProcess().startedAt === null ? content : null)
  })

  it.each(['', '{', '[]', 'null', '7', '{"pid":1}'])('that holds %j means that no world runs', (content) => {
    const state = open('broken')
    writeFileSync(state.worldFile, content)
    expect(readWorldFile(state.root)).toBeNull()
  })

  it('that is not there means that no world runs', () => {
    expect(readWorldFile(join(folder, 'nowhere'))).toBeNull()
  })
})
