/**
 * A graph as one SVG picture that stands alone: no script, no font to load, readable in dark and light. Dagre places the tasks,
 * from left to right as in Airflow.
 */
import dagre from '@dagrejs/dagre'
import type { CompiledDag } from '../../dag-compiler/index.ts'

type Graph = CompiledDag['graph']
type GraphTask = Graph['tasks'][number]

interface Point {
  readonly x: number
  readonly y: number
}

interface Box extends Point {
  readonly width: number
  readonly height: number
}

const letterWidth = 7.2
const boxHeight = 36
const margin = 24

export function svgOf(graph: Graph): string {
  const { boxes, lines, width, height } = layOut(graph)
  const groups = (graph.groups ?? []).map(({ groupId }) => groupFrame(groupId, boxesInside(graph, groupId, boxes)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-label="DAG ${escapeXml(graph.dagId)}">`,
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    ...groups,
    ...lines.map((points) => `<path class="edge" d="${curve(points)}" marker-end="url(#tip)"/>`),
    ...graph.tasks.map((task) => taskBox(task, boxes.get(task.taskId))),
    '</svg>',
    '',
  ].join('\n')
}

const style = [
  'svg{color-scheme:light dark;background:light-dark(#fff,#14161a);font:13px ui-sans-serif,system-ui,sans-serif}',
  '.task rect{fill:light-dark(#f4f7fb,#20242c);stroke:light-dark(#5b7aa8,#7f9cc9);stroke-width:1.2}',
  '.quiet rect{stroke-dasharray:4 3}.task text{fill:light-dark(#1c2430,#e6eaf0);text-anchor:middle;dominant-baseline:central}',
  '.edge{fill:none;stroke:light-dark(#8a97a8,#66717f);stroke-width:1.3}marker path{fill:light-dark(#8a97a8,#66717f)}',
  '.group rect{fill:none;stroke:light-dark(#b9c2cf,#47505c);stroke-dasharray:2 3}.group text{fill:light-dark(#68748a,#98a3b3);font-size:11px}',
].join('')

interface Layout {
  /** By task id. */
  readonly boxes: ReadonlyMap<string, Box>
  /** One per edge, from the edge of a box to the edge of the next. */
  readonly lines: readonly (readonly Point[])[]
  readonly width: number
  readonly height: number
}

function layOut({ tasks, edges }: Graph): Layout {
  const layout = new dagre.graphlib.Graph()
  layout.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 48, marginx: margin, marginy: margin })
  layout.setDefaultEdgeLabel(() => ({}))
  // Names by position: ids such as `__proto__` are keys of every object.
  const name = new Map(tasks.map(({ taskId }, index) => [taskId, `t${index}`]))
  for (const { taskId } of tasks) {
    layout.setNode(name.get(taskId) ?? '', { width: 28 + taskId.length * letterWidth, height: boxHeight })
  }
  for (const [from, to] of edges) layout.setEdge(name.get(from) ?? '', name.get(to) ?? '')
  dagre.layout(layout)
  const boxes = new Map(tasks.map(({ taskId }) => [taskId, boxOf(layout.node(name.get(taskId) ?? ''))]))
  const lines = edges.map(([from, to]) => layout.edge(name.get(from) ?? '', name.get(to) ?? '').points ?? [])
  const { width = 0, height = 0 } = layout.graph()
  return { boxes, lines, width, height }
}

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box => ({ x, y, width, height })

function taskBox({ taskId, operator, spec }: GraphTask, box: Box | undefined): string {
  if (!box) return ''
  const { x, y, width, height } = box
  const title = [operator, ...(spec.triggerRule === 'all_success' ? [] : [spec.triggerRule])].join(', ')
  return [
    `<g class="task${operator === 'empty' ? ' quiet' : ''}"><title>${escapeXml(`${taskId}: ${title}`)}</title>`,
    `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" rx="8"/>`,
    `<text x="${round(x)}" y="${round(y)}">${escapeXml(taskId)}</text></g>`,
  ].join('')
}

function boxesInside({ tasks, groups = [] }: Graph, groupId: string, boxes: ReadonlyMap<string, Box>): readonly Box[] {
  const parent = new Map(groups.map((group) => [group.groupId, group.parent]))
  const isInside = (group: string | null | undefined): boolean =>
    group === groupId || (typeof group === 'string' && isInside(parent.get(group)))
  return tasks.filter(({ group }) => isInside(group)).flatMap(({ taskId }) => boxes.get(taskId) ?? [])
}

function groupFrame(groupId: string, inside: readonly Box[]): string {
  if (inside.length === 0) return ''
  const left = Math.min(...inside.map(({ x, width }) => x - width / 2)) - 8
  const right = Math.max(...inside.map(({ x, width }) => x + width / 2)) + 8
  const top = Math.min(...inside.map(({ y, height }) => y - height / 2)) - 18
  const bottom = Math.max(...inside.map(({ y, height }) => y + height / 2)) + 8
  return [
    `<g class="group"><rect x="${round(left)}" y="${round(top)}" width="${round(right - left)}" height="${round(bottom - top)}" rx="10"/>`,
    `<text x="${round(left + 8)}" y="${round(top + 13)}">${escapeXml(groupId)}</text></g>`,
  ].join('')
}

/** Straight through the points, rounded at each: a quadratic curve from middle to middle. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  const last = rest.at(-1) ?? first
  const inner = rest.slice(0, -1)
  const bends = inner.map((point, index) => {
    const next = inner[index + 1] ?? last
    return `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`
  })
  return [`M${at(first)}`, ...bends, `L${at(last)}`].join('')
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`
const round = (value: number): number => Math.round(value * 10) / 10
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
