// One GraphQL or REST request: who asks, what for, is there a fault, the answer, the journal.

import {randomBytes} from 'node:crypto';

import {applyDelay, applyGraphqlErrors, deliver, describeFault, faultyAnswer, losesAnswer} from './faults.mjs';
import {jsonAnswer, readBody} from './http.mjs';
import {prepare, run} from './graphql/execute.mjs';
import {handleRest} from './rest/handle.mjs';

const GRAPHQL_PATH = '/api/graphql';
const REST_PREFIX = '/api/v3';

export async function handleApi(app, request, response, url) {
  const number = app.journal.nextNumber();
  const bytes = await readBody(request);
  const text = bytes.toString();
  const identity = app.tokens.identify(request.headers.authorization);
  const login = identity.token?.login ?? null;
  const call = {number, url, token: identity.token ?? null, login, ...describeCall(app, request, url, text)};
  app.noticeOutsideChanges();
  app.complainOfTokens(number, url, text);

  const refusal = refuse(request, url, identity);
  const fault = app.faults.take(call);
  await applyDelay(fault, 'before');
  const replaced = faultyAnswer(fault, app.rateLimits, call);
  const takesEffect = refusal === null && (!losesAnswer(fault, replaced) || fault.when === 'after');
  const real = refusal ?? (takesEffect ? answer(app, request, {...call, fault}) : jsonAnswer(200, {}));
  const sent = withCommonHeaders(replaced ?? applyGraphqlErrors(real, fault));

  app.journal.write({
    n: number,
    time: app.world.time(),
    method: request.method,
    path: `${url.pathname}${url.search}`,
    ...call.journal,
    status: sent.status,
    login,
    bytes_in: bytes.length,
    bytes_out: Buffer.byteLength(sent.body),
    write: call.isWrite && takesEffect && hasSucceeded(call, real),
    ...errorsOf(sent),
    ...describeFault(fault),
  });
  await applyDelay(fault, 'after');
  deliver(response, sent, fault);
}

// What is asked: {method, path, resource, operation, fields, isWrite, text, body, journal}, and
// `prepared` for GraphQL or `match` for REST.
function describeCall(app, request, url, text) {
  const call = {method: request.method, path: url.pathname, text, body: parseJson(text)};
  return url.pathname === GRAPHQL_PATH ? describeGraphql(app, call) : describeRest(app, call);
}

function describeGraphql(app, call) {
  const prepared = prepare(app.schema, call.body);
  const name = prepared.name ?? null;
  const fields = prepared.fields ?? [];
  return {
    ...call,
    prepared,
    resource: 'graphql',
    operation: name,
    fields,
    isWrite: prepared.isMutation ?? false,
    journal: {operation: {kind: 'graphql', name, fields}, query: call.body?.query, variables: call.body?.variables ?? {}},
  };
}

function describeRest(app, call) {
  const isRest = call.path.startsWith(REST_PREFIX);
  const match = isRest ? app.api.match(call.method, call.path.slice(REST_PREFIX.length) || '/') : null;
  const operation = match?.operationId ?? null;
  return {
    ...call,
    match,
    resource: 'core',
    operation,
    fields: [],
    isWrite: call.method !== 'GET' && call.method !== 'HEAD',
    journal: {operation: {kind: 'rest', name: operation}, ...(call.body === undefined ? {} : {body: call.body})},
  };
}

// The answer that keeps a client out of the API, or null if it may go on.
function refuse(request, url, {token, bad}) {
  if (!request.headers['user-agent']) {
    const body = 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.\n';
    return {status: 403, headers: {'content-type': 'text/html'}, body};
  }
  if (bad) {
    return jsonAnswer(401, {message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401'});
  }
  if (!token && url.pathname === GRAPHQL_PATH) {
    return jsonAnswer(401, {
      message: 'This endpoint requires you to be authenticated.',
      documentation_url: 'https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql',
      status: '401',
    });
  }
  return null;
}

function answer(app, request, call) {
  const isFree = call.operation === 'rate-limit/get';
  if (!isFree && app.rateLimits.remaining(call.login, call.resource) <= 0) {
    return app.rateLimits.primaryAnswer(call);
  }
  return call.resource === 'graphql' ? answerGraphql(app, call) : handleRest(app, request, call);
}

function answerGraphql(app, call) {
  const {login} = call;
  const graphqlError = (status, message) => jsonAnswer(status, {message, documentation_url: 'https://docs.github.com/graphql', status: String(status)});
  if (call.method !== 'POST') {
    return graphqlError(404, 'Not Found');
  }
  if (call.body === undefined) {
    return graphqlError(400, 'Problems parsing JSON');
  }
  const {problem} = call.prepared;
  if (problem) {
    app.rateLimits.charge(login, 'graphql', 1);
    return jsonAnswer(problem.status, problem.json, app.rateLimits.headers(login, 'graphql'));
  }
  const context = {
    world: app.world,
    rateLimits: app.rateLimits,
    token: call.token,
    login,
    viewer: app.world.user(login),
    fault: call.fault,
    complain: (complaint) => app.journal.complain(complaint, {n: call.number}),
  };
  const {json, points} = run(app.schema, call.prepared, call.body, context);
  app.rateLimits.charge(login, 'graphql', points);
  return jsonAnswer(200, json, app.rateLimits.headers(login, 'graphql'));
}

function withCommonHeaders(given) {
  const id = randomBytes(8).toString('hex').toUpperCase();
  const common = {'x-github-request-id': `${id.slice(0, 4)}:${id.slice(4, 8)}:${id.slice(8)}`, server: 'github.com'};
  return {...given, headers: {...common, ...given.headers}};
}

// A mutation of which every part was refused has changed nothing, in spite of its status.
function hasSucceeded(call, {status, body}) {
  if (status >= 400 || call.resource !== 'graphql') {
    return status < 400;
  }
  return Object.values(parseJson(body)?.data ?? {}).some((value) => value !== null);
}

function errorsOf({body}) {
  const errors = parseJson(body)?.errors;
  return errors ? {errors} : {};
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
