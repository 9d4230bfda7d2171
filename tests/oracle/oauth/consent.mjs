// A person, as far as a client's test needs one: follows the redirects of the demo's pages and agrees.

/** Brings an address to a browser in which somebody of the demo logs in and agrees: where it is sent. */
export async function agree(address, person) {
  const cookies = new Map()
  const site = new URL(address.href.replace('127.0.0.1', 'localhost'))
  const ask = async (path, form) => {
    const headers = {
      cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
      'sec-fetch-site': 'same-origin',
    }
    const method = form ? 'POST' : 'GET'
    const body = form && new URLSearchParams(form)
    const answer = await fetch(new URL(path, site), { method, headers, body, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/)
      value ? cookies.set(name, value) : cookies.delete(name)
    }
    const to = answer.headers.get('location')
    return answer.status === 303 && to.startsWith('/') ? ask(to) : { to, text: await answer.text() }
  }
  let page = await ask(site.pathname + site.search)
  if (page.text.includes('/login/demo')) page = await ask('/login/demo', { person })
  const field = (name) => page.text.match(`name="${name}" value="([^"]+)"`)[1]
  const decided = await ask('/oauth2/consent', {
    csrf: field('csrf'), request: field('request'), decision: 'allow',
  })
  return new URL(decided.to)
}
