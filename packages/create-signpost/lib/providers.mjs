/** @file The providers, and where each one's buckets are. */

/** @typedef {'region' | 'account' | 'endpoint' | undefined} Place what a bucket needs besides its name */

/** In the order in which they are offered. @type {Record<string, { title: string, place: Place, example?: string }>} */
export const PROVIDERS = {
  aws: { title: 'Amazon S3', place: 'region', example: 'eu-west-1' },
  r2: { title: 'Cloudflare R2', place: 'account', example: '0123456789abcdef0123456789abcdef' },
  b2: { title: 'Backblaze B2', place: 'region', example: 'us-west-004' },
  gcs: { title: 'Google Cloud Storage', place: undefined },
  tigris: { title: 'Tigris', place: undefined },
  spaces: { title: 'DigitalOcean Spaces', place: 'region', example: 'fra1' },
  scaleway: { title: 'Scaleway', place: 'region', example: 'fr-par' },
  ovh: { title: 'OVHcloud', place: 'region', example: 'gra' },
  wasabi: { title: 'Wasabi', place: 'region', example: 'eu-central-1' },
  hetzner: { title: 'Hetzner', place: 'region', example: 'fsn1' },
  minio: { title: 'MinIO', place: 'endpoint', example: 'https://minio.example.com' },
  garage: { title: 'Garage', place: 'endpoint', example: 'https://s3.garage.example.com' },
  custom: { title: 'another S3 server', place: 'endpoint', example: 'https://s3.example.com' },
};
