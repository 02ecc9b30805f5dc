/** `ListObjectsV2`: keys in byte order, cut by prefix, delimiter and page. */
import type { ObjectFolder } from './object-folder.ts'
import { element, S3Error, xml } from './s3-error.ts'

const mostKeys = 1000

export async function listObjects(bucket: string, folder: ObjectFolder, query: URLSearchParams): Promise<string> {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const maxKeys = parseMaxKeys(query.get('max-keys'))
  const token = query.get('continuation-token')
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8')
  const all = groupByDelimiter(await folder.keys(prefix), prefix, delimiter).filter(
    (entry) => after === '' || Buffer.compare(Buffer.from(entry.name), Buffer.from(after)) > 0,
  )
  const page = all.slice(0, maxKeys)
  const isTruncated = all.length > page.length
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text
  const contents = await Promise.all(
    page.filter((entry) => !entry.isPrefix).map((entry) => objectXml(folder, entry.name, encode)),
  )
  const last = page.at(-1)
  return xml(
    'ListBucketResult',
    [
      element('Name', bucket),
      element('Prefix', encode(prefix)),
      delimiter && element('Delimiter', encode(delimiter)),
      element('MaxKeys', maxKeys),
      element('KeyCount', page.length),
      element('IsTruncated', isTruncated),
      isTruncated && last ? element('NextContinuationToken', Buffer.from(last.name).toString('base64url')) : '',
      ...contents,
      ...page
        .filter((entry) => entry.isPrefix)
        .map(({ name }) => `<CommonPrefixes>${element('Prefix', encode(name))}</CommonPrefixes>`),
    ].join(''),
  )
}

function parseMaxKeys(text: string | null): number {
  if (text === null) return mostKeys
  if (!/^\d+$/.test(text)) throw new S3Error('InvalidArgument', 'max-keys is not a number.')
  return Math.min(Number(text), mostKeys)
}

interface Entry {
  readonly name: string
  readonly isPrefix: boolean
}

/** Keys that share what comes before the next delimiter become one entry, counted once. */
function groupByDelimiter(keys: readonly string[], prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>()
  for (const key of keys) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const name = cut < 0 ? key : key.slice(0, cut + delimiter.length)
    entries.set(name, { name, isPrefix: cut >= 0 })
  }
  return [...entries.values()]
}

async function objectXml(folder: ObjectFolder, key: string, encode: (text: string) => string): Promise<string> {
  const head = await folder.head(key)
  // Deleted since it was listed.
  if (!head) return ''
  return `<Contents>${[
    element('Key', encode(key)),
    element('LastModified', new Date(head.modifiedAtMs).toISOString()),
    element('ETag', head.etag),
    element('Size', head.size),
    element('StorageClass', 'STANDARD'),
  ].join('')}</Contents>`
}
