// Requests to the administration of a server, under /_stator/.

/** The server refused a request; its own words are the message. */
export class AdminError extends Error {
  constructor(status, message) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
  }
}

/** The administration of the server at a URL. */
export class Admin {
  constructor(url) {
    this.url = url.replace(/\/+$/, '');
  }

  /** What is answered: parsed if it is JSON, otherwise the text. The body is a string as it stands, or JSON. */
  async ask(method, path, body) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}/_stator/${path}`, { method, body: text });
    const answer = await read(response);
    if (response.ok) return answer;
    throw new AdminError(response.status, answer?.message ?? String(answer));
  }
}

async function read(response) {
  const isJson = response.headers.get('content-type')?.includes('json');
  return isJson ? response.json() : response.text();
}
