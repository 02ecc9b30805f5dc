import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoopbackServer } from '../../local/http/loopback-server.ts'
import { decodeAwsChunked } from '../../local/s3/aws-chunked.ts'
import { serveS3 } from '../../local/s3/endpoint.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()
const objectsDir = join(folder, 'objects')
const Bucket = 'stepdag-objects'
const running: { server?: LoopbackServer; s3?: S3Client } = {}

beforeAll(async () => {
  running.server = await serveS3(objectsDir, [Bucket])
  running.s3 = new S3Client({
    endpoint: running.server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})
afterAll(() => running.server?.close())

const send: S3Client['send'] = ((command: never) => running.s3?.send(command)) as S3Client['send']
const put = (Key: string, Body: string | Uint8Array | Readable, more = {}) =>
  send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const text = async (Key: string, more = {}) =>
  (await send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString()
const keys = async (more = {}) => {
  const page = await send(new ListObjectsV2Command({ Bucket, ...more }))
  return (page.Contents ?? []).map((object) => object.Key)
}
/** Bytes that differ everywhere, so that a chunk in the wrong place shows. */
function bytes(length: number): Buffer {
  const block = (index: number) => createHash('sha256').update(String(index)).digest()
  return Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, (_, index) => block(index))).subarray(0, length)
}
async function read(Key: string): Promise<Buffer> {
  const answer = await send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

describe('an object', () => {
  it('comes back as it was put, with its type, metadata and ETag', async () => {
    const stored = await put('a/b.txt', 'hello', { ContentType: 'text/plain', Metadata: { run: 'r1' } })
    const got = await send(new GetObjectCommand({ Bucket, Key: 'a/b.txt' }))
    expect(await got.Body?.transformToString()).toBe('hello')
    expect(got).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { run: 'r1' },
      ContentLength: 5,
      ETag: stored.ETag,
    })
    expect(stored.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`)
  })

  it.each([0, 1, 65_535, 65_536, 70_000, 5_000_000])('of %i bytes is stored byte by byte', async (length) => {
    await put('sized', bytes(length))
    expect((await read('sized')).equals(bytes(length))).toBe(true)
  })

  it('of 70,000 streamed bytes is stored byte by byte', async () => {
    const pieces = [bytes(70_000).subarray(0, 1), bytes(70_000).subarray(1, 66_000), bytes(70_000).subarray(66_000)]
    await put('streamed', Readable.from(pieces), { ContentLength: 70_000 })
    expect((await read('streamed')).equals(bytes(70_000))).toBe(true)
    expect((await send(new HeadObjectCommand({ Bucket, Key: 'streamed' }))).ContentEncoding).toBeUndefined()
  })

  it('lies on disk under its own name, as it is', async () => {
    await put('orders/2026/report.json', '{"total":1}')
    expect(readFileSync(join(objectsDir, Bucket, 'orders', '2026', 'report.json'), 'utf8')).toBe('{"total":1}')
  })

  it('is read in ranges', async () => {
    await put('range', '0123456789')
    expect(await text('range', { Range: 'bytes=2-4' })).toBe('234')
    expect(await text('range', { Range: 'bytes=7-' })).toBe('789')
    expect(await text('range', { Range: 'bytes=-2' })).toBe('89')
    const part = await send(new GetObjectCommand({ Bucket, Key: 'range', Range: 'bytes=2-99' }))
    expect(part.ContentRange).toBe('bytes 2-9/10')
    await expect(text('range', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' })
  })

  it('is replaced and deleted; deleting it again is fine', async () => {
    await put('once', 'one')
    await put('once', 'two')
    expect(await text('once')).toBe('two')
    await send(new DeleteObjectCommand({ Bucket, Key: 'once' }))
    await send(new DeleteObjectCommand({ Bucket, Key: 'once' }))
    await expect(text('once')).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(send(new HeadObjectCommand({ Bucket, Key: 'once' }))).rejects.toMatchObject({ name: 'NotFound' })
  })

  it('is copied with its headers', async () => {
    await put('from here+1', 'copy me', { ContentType: 'text/csv' })
    await send(
      new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/${encodeURIComponent('from here+1')}` }),
    )
    const got = await send(new GetObjectCommand({ Bucket, Key: 'to' }))
    expect(await got.Body?.transformToString()).toBe('copy me')
    expect(got.ContentType).toBe('text/csv')
  })

  it('keeps a true ETag when its metadata file belongs to another write', async () => {
    await put('torn', 'old')
    const file = join(objectsDir, Bucket, 'torn')
    writeFileSync(file, 'newer')
    const head = await send(new HeadObjectCommand({ Bucket, Key: 'torn' }))
    expect(head.ETag).toBe(`"${createHash('md5').update('newer').digest('hex')}"`)
  })
})

describe('conditions', () => {
  it('let one of many racing writers create an object', async () => {
    const races = await Promise.allSettled(
      Array.from({ length: 8 }, (_, writer) => put('race', `writer ${writer}`, { IfNoneMatch: '*' })),
    )
    expect(races.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const winner = races.findIndex(({ status }) => status === 'fulfilled')
    expect(await text('race')).toBe(`writer ${winner}`)
    const loser = races.find((race) => race.status === 'rejected')
    expect(loser).toMatchObject({ reason: { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } } })
  })

  it('let a writer replace only what it has read', async () => {
    const first = await put('guarded', 'one')
    await put('guarded', 'two', { IfMatch: first.ETag })
    await expect(put('guarded', 'three', { IfMatch: first.ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    expect(await text('guarded')).toBe('two')
  })
})

describe('keys', () => {
  const odd = [
    '../../escape',
    'a//b',
    'folder/',
    '.',
    '..',
    'x/../y',
    'ü/ß?#&=%2F',
    'run/manual__2026-01-01T00:00:00+00:00',
    'a*b',
    `long/${'k'.repeat(900)}`,
  ]

  it.each(odd)('%s stay inside the bucket and come back in lists', async (Key) => {
    await put(Key, Key)
    expect(await text(Key)).toBe(Key)
    expect(await keys({ Prefix: Key })).toContain(Key)
    expect(readdirSync(folder)).toEqual(['objects'])
    await send(new DeleteObjectCommand({ Bucket, Key }))
    expect(await keys({ Prefix: Key })).not.toContain(Key)
  })

  it('may be a prefix of other keys, whichever comes first', async () => {
    await put('p/q', 'inner')
    await put('p', 'outer')
    await put('r', 'outer', { ContentType: 'text/plain' })
    await put('r/s', 'inner')
    expect([await text('p'), await text('p/q'), await text('r'), await text('r/s')]).toEqual([
      'outer',
      'inner',
      'outer',
      'inner',
    ])
    expect((await send(new HeadObjectCommand({ Bucket, Key: 'r' }))).ContentType).toBe('text/plain')
    expect(await keys({ Prefix: 'p' })).toEqual(['p', 'p/q'])
    expect(await keys({ Prefix: 'r' })).toEqual(['r', 'r/s', 'race', 'range'])
  })

  it('longer than 1024 bytes are refused', async () => {
    await expect(put('k'.repeat(1025), '')).rejects.toMatchObject({ name: 'KeyTooLongError' })
  })
})

describe('lists', () => {
  const bucket = 'lists'
  beforeAll(async () => {
    await send(new CreateBucketCommand({ Bucket: bucket }))
    for (const Key of ['b/1', 'b/2', 'a', 'c/d/e', 'ä & <b>'])
      await send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
  })
  const list = (more = {}) => send(new ListObjectsV2Command({ Bucket: bucket, ...more }))

  it('are in byte order, with sizes', async () => {
    const all = await list()
    expect(all.Contents?.map(({ Key }) => Key)).toEqual(['a', 'b/1', 'b/2', 'c/d/e', 'ä & <b>'])
    expect(all.Contents?.map(({ Size }) => Size)).toEqual([1, 3, 3, 5, 8])
    expect(all).toMatchObject({ KeyCount: 5, IsTruncated: false })
  })

  it('group by delimiter', async () => {
    const top = await list({ Delimiter: '/' })
    expect(top.Contents?.map(({ Key }) => Key)).toEqual(['a', 'ä & <b>'])
    expect(top.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['b/', 'c/'])
    expect((await list({ Delimiter: '/', Prefix: 'c/' })).CommonPrefixes).toEqual([{ Prefix: 'c/d/' }])
  })

  it('come in pages', async () => {
    const first = await list({ MaxKeys: 2 })
    expect(first.IsTruncated).toBe(true)
    const second = await list({ MaxKeys: 2, ContinuationToken: first.NextContinuationToken })
    const third = await list({ MaxKeys: 2, ContinuationToken: second.NextContinuationToken })
    const all = [first, second, third].flatMap((page) => page.Contents?.map(({ Key }) => Key) ?? [])
    expect(all).toEqual(['a', 'b/1', 'b/2', 'c/d/e', 'ä & <b>'])
    expect(third.IsTruncated).toBe(false)
    expect((await list({ StartAfter: 'b/1' })).Contents?.[0]?.Key).toBe('b/2')
  })
})

describe('what is not there', () => {
  it('is named: bucket, bucket name, feature', async () => {
    await expect(send(new GetObjectCommand({ Bucket: 'other-bucket', Key: 'k' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    })
    await expect(send(new HeadBucketCommand({ Bucket }))).resolves.toBeDefined()
    const multipart = await fetch(`${running.server?.url}/${Bucket}/k?uploads`, { method: 'POST' })
    expect(multipart.status).toBe(501)
    expect(await multipart.text()).toContain('<Code>NotImplemented</Code>')
    const sneaky = await fetch(`${running.server?.url}/..%2f..%2fetc/passwd`)
    expect(sneaky.status).toBe(400)
  })

  it('a body shorter than it says leaves the old object', async () => {
    await put('whole', 'old')
    const url = `${running.server?.url}/${Bucket}/whole`
    const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '5' }
    const torn = await fetch(url, { method: 'PUT', headers, body: '3\r\nnew\r\n0\r\n\r\n' })
    expect(torn.status).toBe(400)
    const cut = await fetch(url, { method: 'PUT', headers, body: '5\r\nne' })
    expect(cut.status).toBe(400)
    expect(await text('whole')).toBe('old')
  })
})

describe('aws-chunked', () => {
  it('decodes however the bytes are cut', async () => {
    const body = Buffer.from(
      '3;chunk-signature=abc\r\nab\n\r\n5\r\n\r\n0\r\n\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n',
    )
    for (let size = 1; size <= body.length; size++) {
      const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, n) =>
        body.subarray(n * size, (n + 1) * size),
      )
      const decoded = await Readable.from(pieces).pipe(decodeAwsChunked()).toArray()
      expect(Buffer.concat(decoded).toString()).toBe('ab\n\r\n0\r\n')
    }
  })
})

it('a restart finds the objects and drops unfinished uploads', async () => {
  await put('kept', 'still here')
  mkdirSync(join(objectsDir, '.drafts'), { recursive: true })
  writeFileSync(join(objectsDir, '.drafts', 'half'), 'x')
  const second = await serveS3(objectsDir, [Bucket])
  expect(await (await fetch(`${second.url}/${Bucket}/kept`)).text()).toBe('still here')
  expect(readdirSync(join(objectsDir, '.drafts'))).toEqual([])
  await second.close()
})
