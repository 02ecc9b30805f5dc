import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { watchFiles } from '../../local/deploy/watch-files.ts'
import { eventually } from './support/eventually.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()

function start(name: string, inputs: readonly string[] = []) {
  const dagsPath = join(folder, name, 'dags')
  const seen = { changes: 0 }
  const files = watchFiles({ dagsPath, onChange: () => seen.changes++ })
  onTestFinished(() => files.close())
  files.follow(inputs.map((path) => join(folder, name, path)))
  return {
    dagsPath,
    /** Does something and waits until it was noticed. */
    async noticed(act: () => void) {
      const before = seen.changes
      act()
      expect(
        await eventually(
          () => seen.changes,
          (changes) => changes > before,
        ),
      ).toBeGreaterThan(before)
    },
  }
}

describe('the watch of DAG files', () => {
  it('sees a file come, change, be replaced and go', async () => {
    mkdirSync(join(folder, 'plain', 'dags'), { recursive: true })
    const { dagsPath, noticed } = start('plain')
    const file = join(dagsPath, 'new.ts')
    await noticed(() => writeFileSync(file, '1'))
    await noticed(() => writeFileSync(file, '2'))
    // As editors save.
    writeFileSync(`${file}~`, '3')
    await noticed(() => renameSync(`${file}~`, file))
    await noticed(() => rmSync(file))
  })

  it('sees a folder that comes with files in it, what happens in it, and its end', async () => {
    mkdirSync(join(folder, 'deep', 'dags'), { recursive: true })
    mkdirSync(join(folder, 'deep', 'team', 'a'), { recursive: true })
    const { dagsPath, noticed } = start('deep')
    await noticed(() => renameSync(join(folder, 'deep', 'team'), join(dagsPath, 'team')))
    await noticed(() => writeFileSync(join(dagsPath, 'team', 'a', 'x.ts'), ''))
    await noticed(() => rmSync(join(dagsPath, 'team'), { recursive: true }))
  })

  it('sees the folder itself come, be replaced and go', async () => {
    mkdirSync(join(folder, 'late'))
    const { dagsPath, noticed } = start('late')
    await noticed(() => mkdirSync(dagsPath))
    await noticed(() => renameSync(dagsPath, `${dagsPath}.old`))
    await noticed(() => renameSync(`${dagsPath}.old`, dagsPath))
    await noticed(() => writeFileSync(join(dagsPath, 'x.ts'), ''))
  })

  it('sees changes of files outside that a DAG imports', async () => {
    mkdirSync(join(folder, 'shared', 'lib'), { recursive: true })
    mkdirSync(join(folder, 'shared', 'dags'))
    const { noticed } = start('shared', ['lib/sales.ts'])
    await noticed(() => writeFileSync(join(folder, 'shared', 'lib', 'sales.ts'), ''))
  })
})
