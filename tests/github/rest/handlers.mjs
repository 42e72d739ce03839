// The REST operations: {operationId: handler}. A handler takes the context made in handle.mjs and returns {status, json, headers}.

import * as conversation from '../conversation.mjs';
import * as pulls from '../pulls.mjs';
import {demandRole, hasRole, legacyPermission, roleNameOf, roleOf} from '../permissions.mjs';
import {Refusal, notFound} from '../refusal.mjs';
import * as shape from './shapes.mjs';

function ok(json, headers = {}) {
  return {status: 200, json, headers};
}

function created(json) {
  return {status: 201, json};
}

const NO_CONTENT = {status: 204, json: undefined};

function itemOf({repository, params}) {
  const item = repository.items.get(Number(params.issue_number));
  if (!item) {
    throw notFound('no such issue');
  }
  return item;
}

function pullOf({repository, params}) {
  const pull = repository.items.get(Number(params.pull_number));
  if (pull?.kind !== 'PullRequest') {
    throw notFound('no such pull request');
  }
  return pull;
}

function commentOf({repository, params}) {
  for (const item of repository.items.values()) {
    const comment = item.comments.find((candidate) => candidate.databaseId === Number(params.comment_id));
    if (comment) {
      return comment;
    }
  }
  throw notFound('no such comment');
}

function demandOwnOrRole({login}, text, operation) {
  if (text.author !== login) {
    demandRole(text.repository, login, 'write', operation);
  }
}

// Cuts a page out of a list, with the Link header that leads to the others.
function page({world, query, path}, all, describe) {
  const perPage = Number(query.get('per_page') ?? 30);
  const number = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const address = (target) => {
    const wanted = new URLSearchParams(query);
    wanted.set('page', String(target));
    return `${world.url}${path}?${wanted}`;
  };
  const links = [];
  if (number < last) {
    links.push(`<${address(number + 1)}>; rel="next"`, `<${address(last)}>; rel="last"`);
  }
  if (number > 1) {
    links.push(`<${address(number - 1)}>; rel="prev"`, `<${address(1)}>; rel="first"`);
  }
  const slice = all.slice((number - 1) * perPage, number * perPage);
  return ok(slice.map(describe), links.length > 0 ? {link: links.join(', ')} : {});
}

function ordered(items, query, defaultDirection = 'desc') {
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = (query.get('direction') ?? defaultDirection) === 'asc' ? 1 : -1;
  return [...items].sort((one, other) => sign * (one[key].localeCompare(other[key]) || one.number - other.number));
}

function matchesState(item, wanted) {
  return wanted === 'all' || (wanted === 'closed') === (item.state !== 'OPEN');
}

function labelName(given) {
  return typeof given === 'string' ? given : given.name;
}

export const handlers = {
  'meta/root': ({world}) => ok(rootAddresses(`${world.url}/api/v3`)),

  'rate-limit/get': ({rateLimits, login}) => {
    const core = rateLimits.describe(login, 'core');
    const resources = {core, search: rateLimits.describe(login, 'search'), graphql: rateLimits.describe(login, 'graphql')};
    return ok({resources, rate: core});
  },

  'users/get-authenticated': ({world, login}) => {
    const user = world.user(login);
    if (user.kind === 'Bot') {
      throw new Refusal('FORBIDDEN', 'Resource not accessible by integration');
    }
    return ok(shape.fullUser(world, user));
  },

  'users/get-by-username': ({world, params}) => {
    const user = world.user(params.username);
    if (!user) {
      throw notFound('no such user');
    }
    return ok(shape.fullUser(world, user));
  },

  'repos/get': ({world, repository, login}) => ok(shape.fullRepository(world, repository, login)),

  'repos/get-collaborator-permission-level': ({world, repository, params, login}) => {
    if (!hasRole(repository, login, 'write')) {
      throw new Refusal('FORBIDDEN', 'Must have push access to view collaborator permission.');
    }
    const user = world.user(params.username);
    if (!user) {
      throw notFound('no such user');
    }
    const legacy = legacyPermission(roleOf(repository, user.login));
    return ok(shape.permission(world, user, legacy, roleNameOf(repository, user.login)));
  },

  'repos/get-latest-release': ({world, repository}) => {
    const release = repository.releases.filter((candidate) => !candidate.isPrerelease).at(-1);
    if (!release) {
      throw notFound('no release');
    }
    return ok(shape.release(world, release));
  },

  // Git

  'git/get-ref': ({world, repository, params}) => {
    const name = `refs/${params.ref}`;
    const oid = repository.refs.get(name);
    if (!oid) {
      throw notFound('no such ref');
    }
    return ok(shape.gitRef(world, repository, name, oid));
  },

  'git/list-matching-refs': ({world, repository, params}) => {
    const matching = [...repository.refs].filter(([name]) => name.startsWith(`refs/${params.ref}`));
    return ok(matching.map(([name, oid]) => shape.gitRef(world, repository, name, oid)));
  },

  // Issues. Every pull request is an issue here, too.

  'issues/get': (context) => ok(shape.issue(context.world, itemOf(context))),

  'issues/list-for-repo': (context) => {
    const {world, repository, query} = context;
    const labels = (query.get('labels') ?? '').split(',').filter(Boolean).map((name) => name.toLowerCase());
    const selected = [...repository.items.values()].filter((item) => {
      const names = item.labels.map((label) => label.name.toLowerCase());
      const tests = [
        matchesState(item, query.get('state') ?? 'open'),
        // Unlike in GraphQL, an item must have all of them.
        labels.every((name) => names.includes(name)),
        !query.has('creator') || item.author === query.get('creator'),
        !query.has('assignee') || query.get('assignee') === '*' || item.assignees.includes(query.get('assignee')),
        !query.has('since') || item.updatedAt >= query.get('since'),
      ];
      return tests.every(Boolean);
    });
    return page(context, ordered(selected, query), (item) => shape.issue(world, item));
  },

  'issues/create': (context) => {
    const {world, repository, login, body} = context;
    if (!repository.hasIssues) {
      throw new Refusal('GONE', 'Issues are disabled for this repo');
    }
    demandRole(repository, login, 'read', 'CreateIssue');
    const issue = conversation.createIssue(world, repository, {title: String(body.title), body: body.body ?? '', author: login});
    conversation.noteMentions(world, issue);
    // Without the right to triage, labels and assignees are dropped without a word.
    if (hasRole(repository, login, 'triage')) {
      for (const given of body.labels ?? []) {
        conversation.addLabel(world, issue, conversation.ensureLabel(world, repository, labelName(given)), login);
      }
      conversation.addAssignees(world, issue, body.assignees ?? [], login);
    }
    return created(shape.issue(world, issue));
  },

  'issues/update': (context) => {
    const {world, repository, login, body} = context;
    const item = itemOf(context);
    demandOwnOrRole(context, item, 'UpdateIssue');
    conversation.editItem(world, item, {title: body.title, body: body.body}, login);
    if (body.labels) {
      conversation.setLabels(world, item, body.labels.map((given) => conversation.ensureLabel(world, repository, labelName(given))), login);
    }
    if (body.assignees) {
      conversation.setAssignees(world, item, body.assignees, login);
    }
    setState(context, item, body.state, body.state_reason);
    return ok(shape.issue(world, item));
  },

  'issues/list-comments': (context) => {
    const {world, query} = context;
    const comments = itemOf(context).comments.filter((comment) => !query.has('since') || comment.updatedAt >= query.get('since'));
    return page(context, comments, (comment) => shape.comment(world, comment));
  },

  'issues/get-comment': (context) => ok(shape.comment(context.world, commentOf(context))),

  'issues/create-comment': (context) => {
    const {world, repository, login, body} = context;
    demandRole(repository, login, 'read', 'AddComment');
    return created(shape.comment(world, conversation.addComment(world, itemOf(context), {body: body.body, author: login})));
  },

  'issues/update-comment': (context) => {
    const comment = commentOf(context);
    demandOwnOrRole(context, comment, 'UpdateIssueComment');
    conversation.editComment(context.world, comment, context.body.body, context.login);
    return ok(shape.comment(context.world, comment));
  },

  'issues/delete-comment': (context) => {
    const comment = commentOf(context);
    demandOwnOrRole(context, comment, 'DeleteIssueComment');
    conversation.deleteComment(context.world, comment);
    return NO_CONTENT;
  },

  'issues/get-label': ({world, repository, params}) => {
    const label = conversation.findLabel(repository, params.name);
    if (!label) {
      throw notFound('no such label');
    }
    return ok(shape.label(world, label));
  },

  'issues/create-label': ({world, repository, login, body}) => {
    demandRole(repository, login, 'write', 'CreateLabel');
    return created(shape.label(world, conversation.createLabel(world, repository, body)));
  },

  // Labels that do not exist come into being, in grey.
  'issues/add-labels': (context) => {
    const {world, repository, login, body} = context;
    const item = itemOf(context);
    demandRole(repository, login, 'triage', 'AddLabelsToLabelable');
    for (const given of Array.isArray(body) ? body : body.labels ?? []) {
      conversation.addLabel(world, item, conversation.ensureLabel(world, repository, labelName(given)), login);
    }
    return ok(item.labels.map((label) => shape.label(world, label)));
  },

  'issues/remove-label': (context) => {
    const {world, repository, login, params} = context;
    const item = itemOf(context);
    demandRole(repository, login, 'triage', 'RemoveLabelsFromLabelable');
    const label = conversation.findLabel(repository, params.name);
    if (!label || !item.labels.includes(label)) {
      throw notFound('Label does not exist');
    }
    conversation.removeLabel(world, item, label, login);
    return ok(item.labels.map((given) => shape.label(world, given)));
  },

  'issues/add-assignees': (context) => {
    const {world, repository, login, body} = context;
    const item = itemOf(context);
    demandRole(repository, login, 'triage', 'AddAssigneesToAssignable');
    conversation.addAssignees(world, item, body.assignees ?? [], login);
    return created(shape.issue(world, item));
  },

  'issues/remove-assignees': (context) => {
    const {world, repository, login, body} = context;
    const item = itemOf(context);
    demandRole(repository, login, 'triage', 'RemoveAssigneesFromAssignable');
    conversation.removeAssignees(world, item, body.assignees ?? [], login);
    return ok(shape.issue(world, item));
  },

  'issues/check-user-can-be-assigned': ({world, repository, params}) => {
    if (!conversation.canBeAssigned(world, repository, params.assignee)) {
      throw notFound('cannot be assigned');
    }
    return NO_CONTENT;
  },

  'reactions/create-for-issue': (context) => react(context, itemOf(context)),

  'reactions/create-for-issue-comment': (context) => react(context, commentOf(context)),

  // Pull requests

  'pulls/get': (context) => ok(shape.fullPull(context.world, pullOf(context), context.login)),

  'pulls/list': (context) => {
    const {world, repository, query, login} = context;
    const selected = pulls.pullsOf(repository).filter((pull) => {
      const tests = [
        matchesState(pull, query.get('state') ?? 'open'),
        !query.has('base') || pull.baseName === query.get('base'),
        matchesHead(pull, query.get('head')),
      ];
      return tests.every(Boolean);
    });
    return page(context, ordered(selected, query), (pull) => shape.simplePull(world, pull, login));
  },

  'pulls/create': (context) => {
    const {world, repository, login, body} = context;
    demandRole(repository, login, 'read', 'CreatePullRequest');
    // Of two repositories of one owner, "head" alone would be the base.
    const fork = body.head_repo ? world.repositoryByName(body.head_repo) : undefined;
    const head = pulls.resolveHead(world, repository, body.head, fork);
    demandRole(head.repository ?? repository, login, 'write', 'CreatePullRequest');
    const pull = pulls.openPull(world, repository, {
      headRepository: head.repository,
      headName: head.branch,
      baseName: body.base,
      title: body.title,
      body: body.body ?? '',
      author: login,
      isDraft: body.draft,
      maintainerCanModify: body.maintainer_can_modify,
    });
    return created(shape.fullPull(world, pull, login));
  },

  'pulls/update': (context) => {
    const {world, login, body} = context;
    const pull = pullOf(context);
    demandOwnOrRole(context, pull, 'UpdatePullRequest');
    conversation.editItem(world, pull, {title: body.title, body: body.body}, login);
    setState(context, pull, body.state);
    return ok(shape.fullPull(world, pull, login));
  },
};

function setState({world, login}, item, state, reason) {
  const isPull = item.kind === 'PullRequest';
  if (state === 'closed') {
    if (isPull) {
      pulls.closePull(world, item, login);
    } else {
      conversation.closeIssue(world, item, login, {reason: (reason ?? 'completed').toUpperCase()});
    }
  } else if (state === 'open') {
    if (isPull) {
      pulls.reopenPull(world, item, login);
    } else {
      conversation.reopenIssue(world, item, login);
    }
  }
}

function react({world, login, body}, subject) {
  const {reaction, isNew} = conversation.addReaction(world, subject, shape.REACTION_NAMES[body.content], login);
  return {status: isNew ? 201 : 200, json: shape.reaction(world, reaction)};
}

// "head" is owner:branch. GitHub ignores a value without an owner, instead of finding nothing.
function matchesHead(pull, head) {
  if (!head?.includes(':')) {
    return true;
  }
  const [owner, ...branch] = head.split(':');
  return pull.headOwner?.login.toLowerCase() === owner.toLowerCase() && pull.headName === branch.join(':');
}

const ROOT_PATHS = {
  current_user_url: '/user',
  current_user_authorizations_html_url: '/settings/connections/applications{/client_id}',
  authorizations_url: '/authorizations',
  code_search_url: '/search/code?q={query}{&page,per_page,sort,order}',
  commit_search_url: '/search/commits?q={query}{&page,per_page,sort,order}',
  emails_url: '/user/emails',
  emojis_url: '/emojis',
  events_url: '/events',
  feeds_url: '/feeds',
  followers_url: '/user/followers',
  following_url: '/user/following{/target}',
  gists_url: '/gists{/gist_id}',
  issue_search_url: '/search/issues?q={query}{&page,per_page,sort,order}',
  issues_url: '/issues',
  keys_url: '/user/keys',
  label_search_url: '/search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
  notifications_url: '/notifications',
  organization_url: '/orgs/{org}',
  organization_repositories_url: '/orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams_url: '/orgs/{org}/teams',
  public_gists_url: '/gists/public',
  rate_limit_url: '/rate_limit',
  repository_url: '/repos/{owner}/{repo}',
  repository_search_url: '/search/repositories?q={query}{&page,per_page,sort,order}',
  current_user_repositories_url: '/user/repos{?type,page,per_page,sort}',
  starred_url: '/user/starred{/owner}{/repo}',
  starred_gists_url: '/gists/starred',
  user_url: '/users/{user}',
  user_organizations_url: '/user/orgs',
  user_repositories_url: '/users/{user}/repos{?type,page,per_page,sort}',
  user_search_url: '/search/users?q={query}{&page,per_page,sort,order}',
};

function rootAddresses(base) {
  return Object.fromEntries(Object.entries(ROOT_PATHS).map(([name, path]) => [name, `${base}${path}`]));
}
