/** The object store in S3. Keys are used as they are; texts are UTF-8. */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { StoreError } from './errors.ts'
import type { ObjectStore } from './objects.ts'

export function s3Objects(options: { readonly s3: S3Client; readonly bucket: string }): ObjectStore {
  const { s3, bucket } = options
  return {
    async put(key, text) {
      await translated('write', key, () => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text })))
    },
    async get(key) {
      return translated('read', key, async () => {
        try {
          const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
          return (await answer.Body?.transformToString('utf-8')) ?? ''
        } catch (error) {
          if (error instanceof Error && error.name === 'NoSuchKey') return null
          throw error
        }
      })
    },
    async delete(key) {
      await translated('delete', key, () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })))
    },
  }

  async function translated<T>(verb: string, key: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw new StoreError(`cannot ${verb} object ${key} in bucket ${bucket}`, error)
    }
  }
}
