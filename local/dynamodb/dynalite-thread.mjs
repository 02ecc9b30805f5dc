/**
 * Body of the thread that serves DynamoDB: dynalite on LevelDB. A thread of its own keeps its work off the event loop
 * of the world, and a damaged store, which makes dynalite throw out of reach of any handler, ends the thread only.
 */
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

const require = createRequire(import.meta.url)
const dynalite = require('dynalite')

const fault = await findFault(workerData.dataDir)
if (fault) parentPort.postMessage({ kind: 'refused', ...fault })
else serve()

/** Opens and closes the store once: dynalite itself cannot report that it does not open. */
async function findFault(dataDir) {
  const { Level } = createRequire(require.resolve('dynalite'))('level')
  const store = new Level(dataDir)
  try {
    await store.open()
    await store.close()
    return null
  } catch (error) {
    return { code: error.cause?.code ?? error.code, reason: error.cause?.message ?? error.message }
  }
}

function serve() {
  const server = dynalite({ path: workerData.dataDir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  const [answer] = server.listeners('request')
  server.removeAllListeners('request')
  // Only browsers send an Origin; dynalite itself would let any web page read the records.
  server.on('request', (request, response) => {
    if (request.headers.origin === undefined) return answer(request, response)
    request.resume()
    response.writeHead(403).end('This server answers programs on this machine, not web pages.\n')
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ kind: 'listening', port: server.address().port }))
  parentPort.once('message', () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}
