// One request of git: may it, is there a fault, the backend's answer, what became of the refs, the journal.

import {applyDelay, deliver, describeFault, faultyAnswer, losesAnswer} from './faults.mjs';
import {refuseGit, runBackend} from './git-http.mjs';
import {textAnswer} from './http.mjs';

export async function handleGit(app, request, response, url, target) {
  const number = app.journal.nextNumber();
  const identity = app.tokens.identify(request.headers.authorization);
  const login = identity.token?.login ?? null;
  const repository = app.world.repository(target.owner, target.name);
  const call = {method: request.method, path: url.pathname, git: target.service, resource: 'core', operation: null, login};
  app.noticeOutsideChanges();
  app.complainOfTokens(number, url, '');

  const refusal = refuseGit(repository, target.service, identity);
  const fault = refusal ? null : app.faults.take(call);
  await applyDelay(fault, 'before');
  const replaced = faultyAnswer(fault, app.rateLimits, call);
  const isLost = losesAnswer(fault, replaced);
  const instead = refusal ?? (isLost ? replaced ?? textAnswer(200, '') : null);
  const takesEffect = refusal === null && (!isLost || fault.when === 'after');

  const outcome = takesEffect
    ? await serve(app, {request, response, repository, target, number, login, fault, isLost})
    : ignore(request);
  app.journal.write({
    n: number,
    time: app.world.time(),
    method: request.method,
    path: `${url.pathname}${url.search}`,
    git: {service: target.service, endpoint: target.endpoint},
    status: instead?.status ?? outcome.status,
    login,
    bytes_in: outcome.bytesIn,
    bytes_out: outcome.bytesOut,
    write: outcome.changes.length > 0,
    ...describeFault(fault),
  });
  app.complainOfPushedTokens(number, outcome.changes);
  await applyDelay(fault, 'after');
  if (instead) {
    deliver(response, instead, fault);
  } else {
    outcome.end();
  }
}

function ignore(request) {
  request.resume();
  return {bytesIn: 0, bytesOut: 0, changes: []};
}

// Runs the backend, and looks what it did to the refs before the client hears the end of the answer.
async function serve(app, {request, response, repository, target, number, login, fault, isLost}) {
  const sink = isLost ? new SilentSink() : new ResponseSink(response, fault?.cut);
  const handlers = {login, onHeaders: (head) => sink.start(head), onData: (chunk) => sink.write(chunk)};
  app.runningBackends += 1;
  const bytesIn = await runBackend(request, repository, target, handlers).finally(() => {
    app.runningBackends -= 1;
  });
  const changes = app.noticeRefs({by: login, how: 'push', n: number});
  return {bytesIn, bytesOut: sink.bytes, status: sink.status, changes, end: () => sink.end()};
}

// Lets the request happen and keeps the answer to itself.
class SilentSink {
  status = 0;

  bytes = 0;

  start({status}) {
    this.status = status;
  }

  write() {}

  end() {}
}

const DEFAULT_CUT = 100;

// Passes the backend's answer on. With a cut, only the first bytes of it; then the connection breaks.
class ResponseSink {
  status = 0;

  bytes = 0;

  constructor(response, cut) {
    this.response = response;
    this.isCut = cut !== undefined;
    this.limit = cut === true ? DEFAULT_CUT : cut ?? Infinity;
  }

  start({status, headers}) {
    this.status = status;
    this.response.writeHead(status, headers);
  }

  write(chunk) {
    const allowed = chunk.subarray(0, Math.max(0, Math.min(chunk.length, this.limit - this.bytes)));
    this.bytes += allowed.length;
    this.response.write(allowed);
  }

  end() {
    if (this.isCut) {
      this.response.destroy();
    } else {
      this.response.end();
    }
  }
}
