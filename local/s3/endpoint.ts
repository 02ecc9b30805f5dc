/**
 * A small S3 on disk for the real SDK client: path-style requests on 127.0.0.1, one folder per bucket. What it does not
 * offer it refuses by name, so that nothing is silently lost.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { rmdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { LoopbackServer } from '../http/loopback-server.ts'
import { serveLoopback } from '../http/loopback-server.ts'
import { listObjects } from './list-objects.ts'
import type { ObjectFolder } from './object-folder.ts'
import { openObjectFolder } from './object-folder.ts'
import { bucketFolder } from './object-path.ts'
import { copyObject, deleteObject, getObject, headObject, putObject } from './object-requests.ts'
import { errorXml, S3Error } from './s3-error.ts'

/** S3's limit on a key, UTF-8. */
const longestKeyBytes = 1024

/** @param objectsDir one folder per bucket; `buckets` are made if missing. */
export function serveS3(objectsDir: string, buckets: readonly string[]): Promise<LoopbackServer> {
  const folders = openBuckets(objectsDir, buckets)
  return serveLoopback((request, response) => {
    answer(folders, request, response).catch((error: unknown) => refuse(request, response, error))
  })
}

interface Buckets {
  /** Throws `NoSuchBucket`. */
  open(bucket: string): Promise<ObjectFolder>
  create(bucket: string): void
  remove(bucket: string): Promise<void>
}

async function answer(buckets: Buckets, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Not `new URL`: it would resolve the `..` of a key.
  const [path = '/', search] = (request.url ?? '/').split(/\?(.*)/s)
  const query = new URLSearchParams(search)
  const { bucket, key } = splitPath(path)
  if (key === '') return answerBucket(buckets, bucket, query, request, response)
  if (Buffer.byteLength(key) > longestKeyBytes) throw new S3Error('KeyTooLongError', 'Your key is too long')
  refuseSubresource(query)
  const target = { request, response, key, folder: await buckets.open(bucket) }
  switch (request.method) {
    case 'PUT': {
      const source = request.headers['x-amz-copy-source']
      if (source === undefined) return putObject(target)
      const from = splitPath(`/${String(source).replace(/^\//, '')}`)
      return copyObject(target, { folder: await buckets.open(from.bucket), key: from.key })
    }
    case 'GET':
      return getObject(target)
    case 'HEAD':
      return headObject(target)
    case 'DELETE':
      return deleteObject(target)
    default:
      throw notOffered(`${request.method} on an object`)
  }
}

async function answerBucket(
  buckets: Buckets,
  bucket: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET' && query.get('list-type') === '2') {
    const text = await listObjects(bucket, await buckets.open(bucket), query)
    return void response.writeHead(200, { 'content-type': 'application/xml' }).end(text)
  }
  refuseSubresource(query)
  request.resume()
  if (request.method === 'PUT') {
    buckets.create(bucket)
    return void response.writeHead(200, { location: `/${bucket}` }).end()
  }
  if (request.method === 'DELETE') {
    await buckets.remove(bucket)
    return void response.writeHead(204).end()
  }
  if (request.method !== 'HEAD') throw notOffered(`${request.method} on a bucket`)
  await buckets.open(bucket)
  response.writeHead(200, { 'x-amz-bucket-region': 'us-east-1' }).end()
}

function openBuckets(objectsDir: string, names: readonly string[]): Buckets {
  const drafts = join(objectsDir, '.drafts')
  rmSync(drafts, { recursive: true, force: true })
  mkdirSync(drafts, { recursive: true })
  const open = new Map<string, ObjectFolder>()
  const folderOf = (bucket: string) => {
    const folder = bucketFolder(objectsDir, bucket)
    if (folder === null) throw new S3Error('InvalidBucketName', `"${bucket}" is not a bucket's name.`)
    return folder
  }
  const buckets: Buckets = {
    async open(bucket) {
      const folder = folderOf(bucket)
      const exists = await stat(folder).catch(() => null)
      if (!exists?.isDirectory()) throw new S3Error('NoSuchBucket', `The bucket "${bucket}" does not exist.`)
      const known = open.get(bucket) ?? openObjectFolder(folder, drafts)
      open.set(bucket, known)
      return known
    },
    create: (bucket) => void mkdirSync(folderOf(bucket), { recursive: true }),
    async remove(bucket) {
      await buckets.open(bucket)
      await rmdir(folderOf(bucket)).catch(() => {
        throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty')
      })
    },
  }
  for (const name of names) buckets.create(name)
  return buckets
}

function splitPath(path: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) }
  } catch {
    throw new S3Error('InvalidArgument', 'The path is not valid percent-encoding.')
  }
}

/** Multipart uploads, tags, versions and the like are chosen by a query parameter. */
function refuseSubresource(query: URLSearchParams): void {
  const foreign = [...query.keys()].find((name) => name !== 'x-id' && !/^x-amz-/i.test(name))
  if (foreign !== undefined) throw notOffered(`"?${foreign}"`)
}

function notOffered(what: string): S3Error {
  return new S3Error('NotImplemented', `The local S3 of stepdag does not offer ${what}.`)
}

function refuse(request: IncomingMessage, response: ServerResponse, cause: unknown): void {
  // An answer that has begun can only be cut off; the client sees a broken body, never a short one.
  if (response.headersSent) return void response.destroy()
  request.resume()
  const error = cause instanceof S3Error ? cause : fromBodyOrBug(cause)
  response.writeHead(error.status, { 'content-type': 'application/xml' })
  response.end(request.method === 'HEAD' ? undefined : errorXml(error, request.url ?? '/'))
}

function fromBodyOrBug(cause: unknown): S3Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  return /chunk|ends early/.test(message)
    ? new S3Error('IncompleteBody', message)
    : new S3Error('InternalError', message)
}
