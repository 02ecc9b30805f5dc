/** The command line of the benches: what it takes, what it refuses, and the exit codes of the real program. */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseCommandLine } from '../../bench/command-line.ts'
import { engineParts } from '../../bench/engine/parts.ts'

describe('the command line of the benches', () => {
  it.each([
    ['makespan --corpus a.jsonl', { name: 'makespan', corpus: 'a.jsonl', json: false }],
    ['makespan --json --corpus a.jsonl', { name: 'makespan', corpus: 'a.jsonl', json: 'stdout' }],
    ['makespan --corpus a.jsonl --json b.jsonl', { name: 'makespan', corpus: 'a.jsonl', json: { file: 'b.jsonl' } }],
    ['compile --sizes 200,100,200 --rounds 3', { name: 'compile', rounds: 3, sizes: [100, 200], json: false }],
    ['engine', { name: 'engine', parts: [...engineParts], rounds: 9, tasks: 10_000, json: false }],
    ['engine --parts peer --tasks 50', { name: 'engine', parts: ['peer'], rounds: 9, tasks: 50, json: false }],
    ['compile --help', { name: 'help' }],
    ['', { name: 'help' }],
  ])('takes "%s"', (line, request) => {
    expect(parseCommandLine(line.split(' ').filter(Boolean))).toEqual(request)
  })

  it.each([
    ['makespan', 'needs --corpus'],
    ['makespan --corpus a.jsonl --rounds 9', 'belong to compile'],
    ['compile --corpus a.jsonl', 'belongs to makespan'],
    ['compile --rounds none', '"none" is none'],
    ['compile --sizes 1', 'whole numbers from 10'],
    ['compile now', 'too much'],
    ['compile --tasks 5', 'belong to engine'],
    ['engine --parts all', '"all" is none'],
    ['engine --sizes 10', 'do not belong to engine'],
    ['fly', 'no bench "fly"'],
    ['compile --fast', '--fast'],
  ])('refuses "%s"', (line, complaint) => {
    expect(() => parseCommandLine(line.split(' '))).toThrow(complaint)
  })

  it.each([
    ['fly', 2, 'no bench "fly"'],
    ['makespan --corpus nowhere.jsonl', 3, 'There is no corpus nowhere.jsonl'],
  ])('"%s" ends with exit code %i and one line', (line, code, complaint) => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...line.split(' ')], {
      encoding: 'utf8',
    })
    expect([status, stderr.trim().split('\n').length]).toEqual([code, 1])
    expect(stderr).toContain(complaint)
  })
})
