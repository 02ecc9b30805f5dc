/** The list of decision records names each of them by its title; `npm run golden` writes it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const folder = 'docs/decisions'
const list = join(folder, 'README.md')
const records = readdirSync(folder).filter((name) => /^\d{4}-.*\.md$/.test(name))

/** By the first two digits of a record's number. */
const subjects: Readonly<Record<string, string>> = {
  '00': 'The whole path: plans, the local engine, records, the API, the local world',
  '01': 'The compiler in full, virtual time, the engine in full',
  '02': 'Durability and speed',
}

it('lists every decision record by its title', () => {
  const text = render()
  if (process.env.STEPDAG_GOLDEN === 'write') writeFileSync(list, text)
  expect(readFileSync(list, 'utf8'), `${list} is out of date: npm run golden writes it`).toBe(text)
})

it('gives each record its own number', () => {
  const numbers = records.map((name) => name.slice(0, 4))
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([])
})

function render(): string {
  const parts = Object.entries(subjects).map(([hundreds, subject]) => {
    const own = records.filter((name) => name.startsWith(hundreds))
    return own.length > 0 ? `## ${subject}\n\n${own.map(lineOf).join('\n')}\n` : ''
  })
  return [
    '# Decisions\n',
    'One page each: what was decided, why, what else was tried, and which test guards it.\n',
    ...parts,
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function lineOf(name: string): string {
  const [, title] = /^# \d{4} (.+)\n/.exec(readFileSync(join(folder, name), 'utf8')) ?? []
  return `- [${name.slice(0, 4)}](${name}) ${title ?? 'has no title of the form "# 0000 Title"'}`
}
