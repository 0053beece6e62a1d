/** @file The providers, and where each one's buckets are. */

/** @typedef {'region' | 'account' | 'endpoint' | undefined} Place what a bucket needs besides its name */

/** Sets the CORS rules of a bucket at a provider whose endpoint follows from the region. @param {string} endpoint */
const byAws = (endpoint) => (/** @type {import('./questions.mjs').Answers} */ { bucket, region = '' }) =>
  `npx signpost cors > cors.json\naws s3api put-bucket-cors --bucket ${bucket} --cors-configuration file://cors.json${endpoint && ` \\\n  --endpoint-url ${endpoint.replace('{region}', region)}`}`;

/**
 * In the order in which they are offered. `cors` are the commands that set the bucket's CORS rules; without, the page of the documents
 * says how.
 *
 * @type {Record<string, { title: string, place: Place, example?: string, cors?: (answers: import('./questions.mjs').Answers) => string }>}
 */
export const PROVIDERS = {
  aws: { title: 'Amazon S3', place: 'region', example: 'eu-west-1', cors: byAws('') },
  r2: { title: 'Cloudflare R2', place: 'account', example: '0123456789abcdef0123456789abcdef', cors: ({ bucket }) => `npx signpost cors > cors.json\nnpx wrangler r2 bucket cors set ${bucket} --file cors.json` },
  b2: { title: 'Backblaze B2', place: 'region', example: 'us-west-004', cors: byAws('https://s3.{region}.backblazeb2.com') },
  gcs: { title: 'Google Cloud Storage', place: undefined, cors: ({ bucket }) => `npx signpost cors > cors.json\ngcloud storage buckets update gs://${bucket} --cors-file=cors.json` },
  tigris: { title: 'Tigris', place: undefined, cors: byAws('https://t3.storage.dev') },
  spaces: { title: 'DigitalOcean Spaces', place: 'region', example: 'fra1', cors: byAws('https://{region}.digitaloceanspaces.com') },
  scaleway: { title: 'Scaleway', place: 'region', example: 'fr-par', cors: byAws('https://s3.{region}.scw.cloud') },
  ovh: { title: 'OVHcloud', place: 'region', example: 'gra', cors: byAws('https://s3.{region}.io.cloud.ovh.net') },
  wasabi: { title: 'Wasabi', place: 'region', example: 'eu-central-1' },
  hetzner: { title: 'Hetzner', place: 'region', example: 'fsn1', cors: byAws('https://{region}.your-objectstorage.com') },
  minio: { title: 'MinIO', place: 'endpoint', example: 'https://minio.example.com' },
  garage: { title: 'Garage', place: 'endpoint', example: 'https://s3.garage.example.com' },
  custom: { title: 'another S3 server', place: 'endpoint', example: 'https://s3.example.com' },
};
