/** Put, get, head, copy and delete of one object, as S3 answers them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { decodeAwsChunked } from './aws-chunked.ts'
import type { ObjectFolder, ObjectHead, ObjectHeaders } from './object-folder.ts'
import { element, S3Error, xml } from './s3-error.ts'

export interface ObjectRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly folder: ObjectFolder
  readonly key: string
}

const storedHeaders = ['content-type', 'content-encoding', 'content-disposition', 'content-language', 'cache-control']

export async function putObject({ request, response, folder, key }: ObjectRequest): Promise<void> {
  const isChunked =
    /(^|,)\s*aws-chunked/.test(request.headers['content-encoding'] ?? '') ||
    String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  const declared = request.headers[isChunked ? 'x-amz-decoded-content-length' : 'content-length']
  const body = isChunked ? readChunked(request) : request
  const stored = await folder.write(key, body, headersToStore(request), (existing, bytes) => {
    if (declared !== undefined && Number(declared) !== bytes) {
      throw new S3Error('IncompleteBody', `The body has ${bytes} bytes, its header says ${String(declared)}.`)
    }
    checkWriteConditions(request, existing)
  })
  response.writeHead(200, { etag: stored.etag }).end()
}

export async function headObject({ request, response, folder, key }: ObjectRequest): Promise<void> {
  const head = found(await folder.head(key))
  if (answerReadConditions(request, response, head)) return
  response.writeHead(200, { ...objectHeaders(head), 'content-length': head.size }).end()
}

export async function getObject({ request, response, folder, key }: ObjectRequest): Promise<void> {
  const object = found(await folder.open(key))
  try {
    const { head } = object
    if (answerReadConditions(request, response, head)) return
    const range = parseRange(request.headers.range, head.size)
    const length = range ? range.end - range.start + 1 : head.size
    const place = range && { 'content-range': `bytes ${range.start}-${range.end}/${head.size}` }
    response.writeHead(range ? 206 : 200, { ...objectHeaders(head), ...place, 'content-length': length })
    await pipeline(object.read(range), response)
  } finally {
    await object.close()
  }
}

export async function copyObject(target: ObjectRequest, source: { folder: ObjectFolder; key: string }): Promise<void> {
  const object = found(await source.folder.open(source.key))
  const replaces = target.request.headers['x-amz-metadata-directive'] === 'REPLACE'
  const headers = replaces ? headersToStore(target.request) : object.head.headers
  const copy = await target.folder.write(target.key, object.read(null), headers, (stored) =>
    checkWriteConditions(target.request, stored),
  )
  const lastModified = element('LastModified', new Date(copy.modifiedAtMs).toISOString())
  target.response.writeHead(200, { 'content-type': 'application/xml' })
  target.response.end(xml('CopyObjectResult', lastModified + element('ETag', copy.etag)))
}

export async function deleteObject({ response, folder, key }: ObjectRequest): Promise<void> {
  await folder.remove(key)
  response.writeHead(204).end()
}

function readChunked(request: IncomingMessage): Readable {
  const decoder = decodeAwsChunked()
  request.on('error', (error) => decoder.destroy(error))
  return request.pipe(decoder)
}

function found<T>(object: T | null): T {
  if (object === null) throw new S3Error('NoSuchKey', 'The specified key does not exist.')
  return object
}

function headersToStore(request: IncomingMessage): ObjectHeaders {
  const kept = Object.entries(request.headers).filter(
    ([name]) => storedHeaders.includes(name) || name.startsWith('x-amz-meta-'),
  )
  const pairs = kept.map(([name, value]) => [name, withoutAwsChunked(name, String(value))] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''))
}

/** `aws-chunked` describes the transfer, not the object. */
function withoutAwsChunked(name: string, value: string): string {
  if (name !== 'content-encoding') return value
  const codings = value.split(',').map((coding) => coding.trim())
  return codings.filter((coding) => coding !== 'aws-chunked').join(',')
}

function objectHeaders(head: ObjectHead): Record<string, string> {
  return {
    'content-type': 'binary/octet-stream',
    ...head.headers,
    etag: head.etag,
    'last-modified': new Date(head.modifiedAtMs).toUTCString(),
    'accept-ranges': 'bytes',
  }
}

function checkWriteConditions(request: IncomingMessage, stored: ObjectHead | null): void {
  const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = request.headers
  const failed = new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
  if (ifNoneMatch === '*' && stored) throw failed
  if (ifMatch === undefined) return
  if (!stored) throw new S3Error('NoSuchKey', 'The specified key does not exist.')
  if (!sameEtag(ifMatch, stored)) throw failed
}

function answerReadConditions(request: IncomingMessage, response: ServerResponse, head: ObjectHead): boolean {
  const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = request.headers
  if (ifMatch !== undefined && !sameEtag(ifMatch, head)) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
  }
  if (ifNoneMatch === undefined || !sameEtag(ifNoneMatch, head)) return false
  response.writeHead(304, { etag: head.etag }).end()
  return true
}

function sameEtag(wanted: string, head: ObjectHead): boolean {
  return wanted === '*' || wanted.replaceAll('"', '') === head.etag.replaceAll('"', '')
}

/** Null: no range, or one S3 ignores because it cannot be read. */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end) throw new S3Error('InvalidRange', 'The requested range is not satisfiable')
  return { start, end }
}
