/** What a command loads before it does anything. Loading a local world takes longer than most commands work. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Imports and re-exports that load something; those of types and `import()` do not. */
const loading = /^(?:import|export)\s(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm

/** Files of the project and packages that come with `file`. */
function loadedBy(file: string, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(loading)) {
    if (specifier.startsWith('.')) loadedBy(join(file, '..', specifier), found)
    else if (!specifier.startsWith('node:')) found.add(specifier)
  }
  return found
}

describe('a command that asks a running world', () => {
  it.each(['dags/list', 'dags/pause', 'runs/list', 'runs/show', 'tasks/states'])('%s loads no world itself', (name) => {
    const loaded = [...loadedBy(`cli/commands/${name}.ts`)]
    expect(loaded).toContain('local/index.ts')
    expect(loaded).not.toContain('local/open-world.ts')
    expect(loaded.filter((path) => !path.endsWith('.ts'))).toEqual(['croner'])
  })
})
