// The parts of the simulation together, and the way of a request to the part that answers it.

import {handleApi} from './api-requests.mjs';
import {handleControl} from './control.mjs';
import {describeNewCommits} from './git.mjs';
import {parseGitUrl} from './git-http.mjs';
import {handleGit} from './git-requests.mjs';
import {jsonAnswer, send} from './http.mjs';
import {noticeRefChanges} from './pulls.mjs';

const ZERO_OID = '0'.repeat(40);

export class App {
  // parts: {world, tokens, journal, faults, rateLimits, schema, api}
  constructor(parts) {
    Object.assign(this, parts);
    this.runningBackends = 0;
  }

  async handle(request, response) {
    const url = new URL(request.url, 'http://localhost');
    try {
      if (url.pathname.startsWith('/_sim/')) {
        send(response, await handleControl(this, request, url));
        return;
      }
      const target = parseGitUrl(url);
      if (target) {
        await handleGit(this, request, response, url, target);
      } else {
        await handleApi(this, request, response, url);
      }
    } catch (error) {
      this.admitFailure(response, error);
    }
  }

  admitFailure(response, error) {
    this.journal.complain(`the simulation failed: ${error.stack}`);
    if (response.headersSent) {
      response.destroy();
    } else {
      send(response, jsonAnswer(500, {message: `the simulation failed: ${error.message}`}));
    }
  }

  // Refs that changed since the last look go to the journal, and pull requests follow them.
  // how: {by, how: "push" | "control" | "outside", n}
  noticeRefs(how) {
    const changes = noticeRefChanges(this.world, how.by);
    for (const change of changes) {
      this.journal.refUpdate({...change, old: change.old ?? ZERO_OID, new: change.new ?? ZERO_OID}, how);
    }
    return changes;
  }

  // A test may have changed a bare repository behind our back. While a push runs, what changes is taken to be its work.
  noticeOutsideChanges() {
    if (this.runningBackends === 0) {
      this.noticeRefs({by: null, how: 'outside'});
    }
  }

  // A token belongs into the Authorization header and nowhere else.
  complainOfTokens(number, url, body) {
    const places = {url: decodeLeniently(`${url.pathname}${url.search}`), body};
    for (const [place, content] of Object.entries(places)) {
      for (const login of this.tokens.findIn(content)) {
        this.journal.complain(`a token of ${login} was sent where it must not be`, {token_seen_in: place, n: number});
      }
    }
  }

  complainOfPushedTokens(number, changes) {
    for (const {repository, ref, old, new: now} of changes.filter((change) => change.new !== null)) {
      for (const login of this.tokens.findIn(describeNewCommits(repository.directory, old, now))) {
        this.journal.complain(`a token of ${login} was pushed to ${ref}`, {token_seen_in: 'push', n: number});
      }
    }
  }
}

function decodeLeniently(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
