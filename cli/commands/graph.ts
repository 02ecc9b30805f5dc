/** `stepdag graph`: a DAG as a picture (SVG) and as text that wikis and pull requests draw (Mermaid). */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { mermaidOf } from '../../dag-compiler/index.ts'
import { loadDag } from '../explain/load-dag.ts'
import { svgOf } from '../graph/svg.ts'
import { outNotWritable } from '../problems.ts'
import type { PlaceOptions } from '../program.ts'
import type { Terminal } from '../terminal.ts'

export interface GraphOptions extends PlaceOptions {
  readonly out: string
  /** Given: printed instead of written to files. */
  readonly print?: 'svg' | 'mermaid'
}

export async function graph(terminal: Terminal, dagId: string, options: GraphOptions): Promise<number> {
  const { compiled } = await loadDag(terminal, dagId, options)
  if (options.print) {
    terminal.print(options.print === 'svg' ? svgOf(compiled.graph) : mermaidOf(compiled.graph))
    return 0
  }
  const folder = resolve(terminal.cwd, options.out)
  const files = [
    [join(folder, `${dagId}.svg`), svgOf(compiled.graph)],
    [join(folder, `${dagId}.mmd`), mermaidOf(compiled.graph)],
  ] as const
  try {
    await mkdir(folder, { recursive: true })
    for (const [file, text] of files) await writeFile(file, text)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw outNotWritable({ given: options.out, reason })
  }
  for (const [file] of files) terminal.print(file)
  return 0
}
