/**
 * The documents say what is true: every TypeScript block is a snippet file (or a region of one) that compiles, every
 * relative link leads somewhere, and every `stepdag` command line parses.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../cli/program.ts'
import { recordingTerminal } from './cli/support/recording-terminal.ts'

const documents = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

interface Block {
  readonly language: string
  readonly text: string
  /** Path of the snippet, `#region` included; from the comment above the block. */
  readonly snippet: string | null
}

/** `<!-- snippet: path#region -->` on the line before a fence names where its text comes from. */
const fence = /(?:<!-- snippet: (\S+) -->\n)?```(\w*)\n([\s\S]*?)```/g

function blocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(fence)].map(([, snippet, language, text]) => ({
    language: language ?? '',
    text: text ?? '',
    snippet: snippet ?? null,
  }))
}

/** @returns the lines between `// #region name` and `// #endregion`, or the whole file. */
function readSnippet(reference: string): string {
  const [path = '', region] = reference.split('#')
  const text = readFileSync(path, 'utf8')
  if (region === undefined) return text
  const found = new RegExp(`// #region ${region}\\n([\\s\\S]*?)// #endregion`).exec(text)
  if (!found?.[1]) throw new Error(`${path} has no region ${region}`)
  return found[1]
}

function brokenLinks(document: string, markdown: string): readonly string[] {
  const links = [...markdown.replace(fence, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '')
  const relative = links.filter((target) => !/^(https?:|mailto:|#)/.test(target))
  return relative
    .filter((target) => !existsSync(join(dirname(document), target.replace(/#.*$/, ''))))
    .map((target) => `${document}: ${target} does not exist`)
}

/** Why the command line would be refused, or null. Actions are replaced: nothing runs. */
async function refusal(line: string): Promise<string | null> {
  const terminal = recordingTerminal()
  const program = buildProgram(terminal, () => {})
  const disarm = (command: typeof program) => {
    if (command.commands.length === 0) command.action(() => {})
    command.commands.forEach(disarm)
  }
  disarm(program)
  return program.parseAsync(words(line), { from: 'user' }).then(
    () => null,
    (error) => (error.exitCode === 0 ? null : `${line}: ${terminal.noted.join(' ')}`),
  )
}

/** Splits as a shell does, single quotes included, up to a pipe or a comment. */
function words(line: string): string[] {
  const command = line.replace(/\s+(\||#|&&).*$/, '')
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1)
}

describe.each(documents)('%s', (document) => {
  const markdown = readFileSync(document, 'utf8')

  it('shows only code that is in a compiled snippet', () => {
    for (const { snippet, text } of blocks(markdown).filter(({ language }) => language === 'ts')) {
      expect(snippet, `a block of ${document} names no snippet:\n${text}`).not.toBeNull()
      expect(text.trim()).toBe(readSnippet(snippet ?? '').trim())
    }
  })

  it('has no link into nowhere', () => {
    expect(brokenLinks(document, markdown)).toEqual([])
  })

  it('shows only commands that exist', async () => {
    const shell = blocks(markdown).filter(({ language }) => language === 'sh')
    const lines = shell.flatMap(({ text }) => text.split('\n')).map((line) => line.trim().replace(/^npx /, ''))
    const refusals = await Promise.all(lines.filter((line) => line.startsWith('stepdag ')).map(refusal))
    expect(refusals.filter((reason) => reason !== null)).toEqual([])
  })
})

describe('the checks themselves', () => {
  it('notice a wrong command, a wrong option and a dead link', async () => {
    expect(await refusal('stepdag rnu hello')).toContain('unknown command')
    expect(await refusal('stepdag run hello --cnf {}')).toContain('unknown option')
    expect(await refusal(`stepdag run hello --conf '{"a": 1}' | jq`)).toBeNull()
    expect(brokenLinks('README.md', '[gone](docs/gone.md) [here](package.json#name)')).toHaveLength(1)
  })

  it('all snippets compile', () => {
    execFileSync('npx', ['tsc', '--noEmit', '-p', 'docs/snippets'], { encoding: 'utf8', stdio: 'pipe' })
  })
})
