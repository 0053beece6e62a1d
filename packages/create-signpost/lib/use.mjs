/** @file What a page must contain, for each kind of caller. */

/** The component, for callers whose token a page can have. @param {string} worker */
const component = (worker) => `\`\`\`html
<script type="module" src="${worker}/signpost-upload.js"></script>
<signpost-upload rule="file" name="file"></signpost-upload>
\`\`\``;

/** By the kind of caller, with the Worker's address. @type {Record<string, (worker: string) => string>} */
export const USE = {
  jwt: (worker) => `${component(worker)}

Give the visitor's token to the component. It sends it to the Worker, never to the bucket:

\`\`\`js
document.querySelector('signpost-upload').token = async () => (await yourLogin()).accessToken;
\`\`\``,

  access: (worker) => `${component(worker)}

The page needs no token: browsers send the cookie of Access by themselves, since the Worker is on the domain of the page.`,

  turnstile: (worker) => `Make a Turnstile widget for the page's host in Cloudflare's dashboard, and put its site key into this page. Its secret key is the Worker's
secret \`TURNSTILE_SECRET\`.

\`\`\`html
<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" defer></script>

<form id="upload">
  <input type="file" name="file" required>
  <div class="cf-turnstile" data-sitekey="SITE_KEY" data-action="upload"></div>
  <button>Upload</button>
  <output></output>
</form>

<script type="module">
  const form = document.querySelector('#upload');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    form.querySelector('output').value = await upload(form.elements.file.files[0]).catch(({ message }) => message);
    turnstile.reset(); // a solved challenge permits one upload
  });

  async function upload(file) {
    const request = await fetch('${worker}/uploads/file', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'turnstile-token': turnstile.getResponse() ?? '' },
      body: JSON.stringify({ type: file.type, size: file.size }),
    });
    const answer = await request.json();
    if (!request.ok) return answer.detail;
    const { method, url, headers, fields, key } = answer;
    const stored = await fetch(url, { method, headers, body: fields ? withFields(fields, file) : file });
    return stored.ok ? \`stored as \${key}\` : \`the bucket answered \${stored.status}\`;
  }

  // Every field, and then the file: S3 ignores what follows it.
  function withFields(fields, file) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append('file', file);
    return body;
  }
</script>
\`\`\``,

  anyone: (worker) => `${component(worker)}

Everyone may upload, as often as the limit in \`wrangler.toml\` permits. Choose another kind of caller as soon as your visitors can sign in.`,

  bearer: (worker) => `A page must not contain the token: it is a secret of your server. Your server requests the upload:

\`\`\`sh
curl ${worker}/uploads/file -H "Authorization: Bearer $SITE_TOKEN" --json '{"type":"image/png","size":48213}'
\`\`\`

It gives the answer to the page, which sends the file to the \`url\` in it: for \`"method": "POST"\` a form with all \`fields\` and then the
file, for \`"method": "PUT"\` the file with all \`headers\`. If you have no server, let pages call the Worker themselves: change the kind of
the caller in \`wrangler.toml\` to \`jwt\` or \`turnstile\`.`,
};
