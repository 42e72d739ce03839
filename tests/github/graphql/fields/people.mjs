// Accounts. `actor` turns a login into the account; null stays null, as for a deleted account.

import {Refusal} from '../../refusal.mjs';
import {loginWithSuffix} from '../../world.mjs';

export function actor(login, {world}) {
  return login === null || login === undefined ? null : world.ensureUser(login);
}

const accountFields = {
  avatarUrl: (user, args, {world}) => `${world.url}/avatars/u/${user.databaseId}`,
  url: (user, args, {world}) => `${world.url}/${user.login}`,
  resourcePath: (user) => `/${user.login}`,
};

export const peopleFields = {
  User: {
    ...accountFields,
    // The viewer of an App's token is called "name[bot]", although an author of the same account is called "name".
    login: (user, args, {viewer}, info) => (info.path.prev?.key === 'viewer' && user === viewer ? loginWithSuffix(user) : user.login),
    email: demandEmailScope,
    isViewer: (user, args, {viewer}) => user === viewer,
  },
  Bot: accountFields,
  Organization: accountFields,
};

function demandEmailScope(user, args, {token}) {
  const needed = ['user:email', 'read:user'];
  if (!needed.some((scope) => token.scopes.includes(scope))) {
    const list = (scopes) => scopes.map((scope) => `'${scope}'`).join(', ');
    throw new Refusal('INSUFFICIENT_SCOPES', [
      'Your token has not been granted the required scopes to execute this query.',
      `The 'email' field requires one of the following scopes: [${list(needed)}],`,
      `but your token has only been granted the: [${list(token.scopes)}] scopes.`,
      "Please modify your token's scopes at: https://github.com/settings/tokens.",
    ].join(' '));
  }
  return user.email ?? '';
}
