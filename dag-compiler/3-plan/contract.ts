/**
 * Shrinks a reduced graph by joining two nodes at a time into a module: a chain into a series, twins into a parallel.
 * One node is left exactly when the graph is series-parallel. Expected time O(tasks + edges).
 */
import { taskModule } from './module.ts'
import { allNodes, type Block, blockOf, contractNet, netOf } from './net.ts'

export function contract(reduced: readonly (readonly number[])[]): Block {
  const net = netOf({ modules: reduced.map((_, position) => taskModule(position)), successors: reduced })
  contractNet(net, allNodes(net))
  return blockOf(net)
}
