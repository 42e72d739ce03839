// Reading requests and sending answers.

import {gunzipSync} from 'node:zlib';

// The whole body, as bytes. Only API requests are read this way; git's bodies are streamed.
export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}

// An answer before it is sent: {status, headers, body}. `json` undefined means no body.
export function jsonAnswer(status, json, headers = {}) {
  if (json === undefined) {
    return {status, headers, body: ''};
  }
  return {status, headers: {'content-type': 'application/json; charset=utf-8', ...headers}, body: JSON.stringify(json)};
}

export function textAnswer(status, body, headers = {}) {
  return {status, headers: {'content-type': 'text/plain; charset=utf-8', ...headers}, body};
}

export function send(response, answer) {
  const body = Buffer.from(answer.body ?? '');
  const headers = {...answer.headers};
  if (answer.status !== 204 && answer.status !== 304) {
    headers['content-length'] = body.length;
  }
  response.writeHead(answer.status, headers);
  response.end(body);
}

// Sends the first part of an answer, then breaks the connection, as a dying proxy does.
export function sendPart(response, answer, length) {
  const body = Buffer.from(answer.body ?? '');
  const wanted = length ?? Math.floor(body.length / 2);
  response.writeHead(answer.status, {...answer.headers, 'content-length': body.length});
  response.write(body.subarray(0, wanted), () => response.destroy());
}
