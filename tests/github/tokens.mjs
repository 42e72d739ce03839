// Tokens: who is asking, and where a token must never be seen.

import {withoutBotSuffix} from './world.mjs';

export class Tokens {
  constructor(world, tokens = {}) {
    this.tokens = new Map();
    for (const [secret, facts] of Object.entries(tokens)) {
      this.tokens.set(secret, {
        login: world.user(facts.login)?.login ?? withoutBotSuffix(facts.login),
        canWrite: facts.access !== 'read',
        isExpired: facts.expired ?? false,
        scopes: facts.scopes ?? ['repo'],
        // GraphQL types whose fields this token may not read, for example ["StatusContext"].
        denied: facts.denied ?? [],
      });
    }
  }

  // Returns {token} for a good token, {} for none at all, {bad: true} for a wrong or expired one.
  identify(authorization) {
    const secret = secretOf(authorization);
    if (secret === null) {
      return {};
    }
    const token = this.tokens.get(secret);
    return token && !token.isExpired ? {token} : {bad: true};
  }

  // The logins of the tokens that occur in a text, plain or in base64.
  findIn(text) {
    const logins = [];
    for (const [secret, {login}] of this.tokens) {
      if (spellings(secret).some((spelling) => text.includes(spelling))) {
        logins.push(login);
      }
    }
    return logins;
  }

  // The journal must not hold a token, whatever a client has sent.
  redact(text) {
    let clean = text;
    for (const [secret, {login}] of this.tokens) {
      for (const spelling of spellings(secret)) {
        clean = clean.replaceAll(spelling, `[token of ${login}]`);
      }
    }
    return clean;
  }
}

function spellings(secret) {
  return [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)];
}

function secretOf(authorization) {
  const bearer = /^(?:bearer|token) (\S+)$/i.exec(authorization ?? '');
  if (bearer) {
    return bearer[1];
  }
  const basic = /^basic (\S+)$/i.exec(authorization ?? '');
  if (basic) {
    const decoded = Buffer.from(basic[1], 'base64').toString();
    return decoded.slice(decoded.indexOf(':') + 1);
  }
  return authorization ? '' : null;
}
