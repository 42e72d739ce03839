// Repositories, labels and releases.

import {Refusal, notFound} from '../../refusal.mjs';
import {findLabel} from '../../conversation.mjs';
import {hasRole, isCollaborator, roleNameOf, roleOf} from '../../permissions.mjs';
import {issuesOf, pullsOf} from '../../pulls.mjs';
import {Page} from '../page.mjs';
import {commitOf, refOf} from './git.mjs';
import {actor} from './people.mjs';

export const repositoryFields = {
  Repository: {
    nameWithOwner: (repository) => repository.fullName,
    url: (repository, args, {world}) => `${world.url}/${repository.fullName}`,
    sshUrl: (repository) => `git@127.0.0.1:${repository.fullName}.git`,
    resourcePath: (repository) => `/${repository.fullName}`,
    visibility: (repository) => (repository.isPrivate ? 'PRIVATE' : 'PUBLIC'),
    isFork: (repository) => repository.parent !== null,
    isDisabled: () => false,
    isLocked: () => false,
    isEmpty: (repository) => repository.refs.size === 0,
    isMirror: () => false,
    isTemplate: () => false,
    hasIssuesEnabled: (repository) => repository.hasIssues,
    hasWikiEnabled: () => false,
    forkCount: () => 0,
    updatedAt: (repository) => repository.pushedAt,
    mergeCommitAllowed: () => true,
    squashMergeAllowed: () => true,
    rebaseMergeAllowed: () => true,
    autoMergeAllowed: () => true,
    deleteBranchOnMerge: () => false,
    // GitHub never says it to an App.
    viewerPermission: (repository, args, {viewer, login}) => (viewer.kind === 'Bot' ? null : permissionName(repository, login)),
    viewerCanAdminister: (repository, args, {login}) => hasRole(repository, login, 'admin'),
    defaultBranchRef: (repository) => refOf(repository, `refs/heads/${repository.defaultBranch}`),
    ref: findRef,
    refs: listRefs,
    object: findObject,
    label: (repository, {name}) => findLabel(repository, name),
    labels: (repository, {query}) => new Page([...repository.labels.values()].filter((label) => !query || label.name.includes(query))),
    issue: (repository, {number}) => findItem(repository, number, ['Issue'], 'Issue'),
    pullRequest: (repository, {number}) => findItem(repository, number, ['PullRequest'], 'PullRequest'),
    issueOrPullRequest: (repository, {number}) => findItem(repository, number, ['Issue', 'PullRequest'], 'issue or pull request'),
    issues: (repository, args) => new Page(selectItems(issuesOf(repository), args)),
    pullRequests: (repository, args) => new Page(selectItems(pullsOf(repository), args)),
    latestRelease: (repository) => latestRelease(repository),
    releases: (repository) => new Page([...repository.releases].reverse()),
    release: (repository, {tagName}) => repository.releases.find((release) => release.tagName === tagName) ?? null,
    collaborators: listCollaborators,
    assignableUsers: (repository, args, {world}) => new Page(collaborators(repository, world)),
  },

  Label: {
    url: (label, args, {world}) => `${world.url}/${label.repository.fullName}/labels/${encodeURIComponent(label.name)}`,
    isDefault: () => false,
  },

  Release: {
    author: (release, args, context) => actor(release.author, context),
    url: (release, args, {world}) => `${world.url}/${release.repository.fullName}/releases/tag/${release.tagName}`,
    isLatest: (release) => release === latestRelease(release.repository),
    tag: (release) => refOf(release.repository, `refs/tags/${release.tagName}`),
    tagCommit: (release) => commitOf(release.repository, release.repository.refs.get(`refs/tags/${release.tagName}`)),
  },
};

function permissionName(repository, login) {
  const role = roleOf(repository, login);
  return role === 'none' ? null : role.toUpperCase();
}

function findRef(repository, {qualifiedName}) {
  const candidates = [qualifiedName, `refs/${qualifiedName}`, `refs/heads/${qualifiedName}`, `refs/tags/${qualifiedName}`];
  const name = candidates.find((candidate) => repository.refs.has(candidate));
  return name ? refOf(repository, name) : null;
}

// `query` is a contains-match on the part of the name behind the prefix.
function listRefs(repository, {refPrefix, query}) {
  const prefix = refPrefix.endsWith('/') ? refPrefix : `${refPrefix}/`;
  const names = [...repository.refs.keys()].filter((name) => name.startsWith(prefix));
  const wanted = names.filter((name) => !query || name.slice(prefix.length).includes(query));
  return new Page(wanted.map((name) => ({...refOf(repository, name), name: name.slice(prefix.length), prefix})));
}

function findObject(repository, {oid, expression}) {
  const name = oid ?? expression;
  return commitOf(repository, findRef(repository, {qualifiedName: name})?.oid ?? name);
}

function findItem(repository, number, kinds, what) {
  const item = repository.items.get(number);
  const isClosedOff = item?.kind === 'Issue' && !repository.hasIssues;
  if (!item || isClosedOff || !kinds.includes(item.kind)) {
    throw notFound(`Could not resolve to ${what.startsWith('i') ? 'an' : 'a'} ${what} with the number of ${number}.`);
  }
  return item;
}

// The filters and orders of issues() and pullRequests(). Labels are alternatives.
function selectItems(items, {states, labels, headRefName, baseRefName, filterBy, orderBy}) {
  const wantedLabels = (labels ?? filterBy?.labels)?.map((name) => name.toLowerCase());
  const wantedStates = states ?? filterBy?.states;
  const selected = items.filter((item) => {
    const tests = [
      !wantedStates || wantedStates.includes(item.state),
      !wantedLabels || item.labels.some((label) => wantedLabels.includes(label.name.toLowerCase())),
      headRefName == null || item.headName === headRefName,
      baseRefName == null || item.baseName === baseRefName,
      filterBy?.since == null || item.updatedAt >= filterBy.since,
      filterBy?.createdBy == null || item.author === filterBy.createdBy,
      filterBy?.assignee == null || item.assignees.includes(filterBy.assignee),
    ];
    return tests.every(Boolean);
  });
  return orderItems(selected, orderBy);
}

function orderItems(items, orderBy) {
  const direction = orderBy?.direction === 'DESC' ? -1 : 1;
  const key = {UPDATED_AT: 'updatedAt', CREATED_AT: 'createdAt'}[orderBy?.field] ?? 'createdAt';
  const valueOf = (item) => (orderBy?.field === 'COMMENTS' ? item.comments.length : Date.parse(item[key]));
  return [...items].sort((one, other) => direction * (valueOf(one) - valueOf(other) || one.number - other.number));
}

function latestRelease(repository) {
  return repository.releases.filter((release) => !release.isPrerelease).at(-1) ?? null;
}

function collaborators(repository, world) {
  const logins = [repository.owner.login, ...repository.permissions.keys()];
  const users = [...new Set(logins.map((login) => world.user(login)))];
  return users.filter((user) => user?.kind === 'User' && isCollaborator(repository, user.login));
}

function listCollaborators(repository, {login: wanted, query}, {world, login}) {
  if (!hasRole(repository, login, 'write')) {
    throw new Refusal('FORBIDDEN', 'Must have push access to view repository collaborators.');
  }
  const found = collaborators(repository, world).filter((user) => (!wanted || user.login === wanted) && (!query || user.login.includes(query)));
  return new Page(found, {edgeFields: (user) => collaboratorEdge(repository, user)});
}

function collaboratorEdge(repository, user) {
  const permission = permissionName(repository, user.login);
  return {
    permission,
    permissionSources: [{permission, roleName: roleNameOf(repository, user.login), source: repository}],
  };
}
