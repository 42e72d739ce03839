// How REST shows things. GitHub's objects are full of addresses; most of them follow from one base address.

import {baseOid, mergeable} from '../pulls.mjs';
import {authorAssociation, hasRole} from '../permissions.mjs';
import {loginWithSuffix} from '../world.mjs';
import {changedFiles, commitsOf, sum} from '../graphql/fields/pull.mjs';

function api(world) {
  return `${world.url}/api/v3`;
}

// {name_url: base + suffix} for a table of suffixes.
function addresses(base, suffixes) {
  return Object.fromEntries(Object.entries(suffixes).map(([name, suffix]) => [name, `${base}${suffix}`]));
}

const USER_ADDRESSES = {
  url: '',
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
};

// Whoever is not there (no assignee, nobody who merged it) is null.
export function simpleUser(world, login) {
  return login === null || login === undefined ? null : describeUser(world, world.ensureUser(login));
}

// Texts of deleted accounts are null in GraphQL; REST puts the account "ghost" in the author's place.
const GHOST = {kind: 'User', login: 'ghost', databaseId: 10_137, id: 'MDQ6VXNlcjEwMTM3'};

function authorOf(world, text) {
  return text.author === null ? describeUser(world, GHOST) : simpleUser(world, text.author);
}

function describeUser(world, user) {
  const login = loginWithSuffix(user);
  return {
    login,
    id: user.databaseId,
    node_id: user.id,
    avatar_url: `${world.url}/avatars/u/${user.databaseId}`,
    gravatar_id: '',
    html_url: `${world.url}/${user.login}`,
    ...addresses(`${api(world)}/users/${encodeURIComponent(login)}`, USER_ADDRESSES),
    type: user.kind,
    site_admin: false,
  };
}

export function fullUser(world, user) {
  return {
    ...describeUser(world, user),
    user_view_type: 'public',
    name: user.name,
    company: null,
    blog: '',
    location: null,
    email: user.email,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

const REPOSITORY_ADDRESSES = {
  url: '',
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

function repositoryBase(world, repository) {
  return `${api(world)}/repos/${repository.fullName}`;
}

export function fullRepository(world, repository, login) {
  const webUrl = `${world.url}/${repository.fullName}`;
  const openIssues = [...repository.items.values()].filter((item) => item.state === 'OPEN').length;
  return {
    id: repository.databaseId,
    node_id: repository.id,
    name: repository.name,
    full_name: repository.fullName,
    private: repository.isPrivate,
    visibility: repository.isPrivate ? 'private' : 'public',
    owner: simpleUser(world, repository.owner.login),
    html_url: webUrl,
    description: repository.description,
    fork: repository.parent !== null,
    ...addresses(repositoryBase(world, repository), REPOSITORY_ADDRESSES),
    clone_url: `${webUrl}.git`,
    git_url: `${webUrl.replace(/^http/, 'git')}.git`,
    ssh_url: `git@127.0.0.1:${repository.fullName}.git`,
    svn_url: webUrl,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    archived: repository.isArchived,
    disabled: false,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    forks: 0,
    forks_count: 0,
    open_issues: openIssues,
    open_issues_count: openIssues,
    size: 1,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    network_count: 0,
    subscribers_count: 0,
    topics: [],
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    permissions: {
      admin: hasRole(repository, login, 'admin'),
      maintain: hasRole(repository, login, 'maintain'),
      push: hasRole(repository, login, 'write'),
      triage: hasRole(repository, login, 'triage'),
      pull: hasRole(repository, login, 'read'),
    },
  };
}

export function label(world, given) {
  return {
    id: given.databaseId,
    node_id: given.id,
    url: `${repositoryBase(world, given.repository)}/labels/${encodeURIComponent(given.name)}`,
    name: given.name,
    color: given.color,
    default: false,
    description: given.description,
  };
}

// What the issue of a pull request and an issue have in common, as GET /issues/N shows both.
export function issue(world, item) {
  const base = `${repositoryBase(world, item.repository)}/issues/${item.number}`;
  const isPull = item.kind === 'PullRequest';
  return {
    ...itemFields(world, item),
    url: base,
    repository_url: repositoryBase(world, item.repository),
    labels_url: `${base}/labels{/name}`,
    comments_url: `${base}/comments`,
    events_url: `${base}/events`,
    timeline_url: `${base}/timeline`,
    comments: item.comments.length,
    state_reason: item.stateReason?.toLowerCase() ?? null,
    closed_by: item.closedBy ? simpleUser(world, item.closedBy) : null,
    performed_via_github_app: null,
    ...(isPull ? {draft: item.isDraft, pull_request: pullLinks(world, item)} : {}),
  };
}

function webAddress(world, item) {
  return `${world.url}/${item.repository.fullName}/${item.kind === 'Issue' ? 'issues' : 'pull'}/${item.number}`;
}

function itemFields(world, item) {
  return {
    id: item.databaseId,
    node_id: item.id,
    number: item.number,
    html_url: webAddress(world, item),
    state: item.state === 'OPEN' ? 'open' : 'closed',
    locked: item.locked,
    active_lock_reason: null,
    title: item.title,
    body: item.body === '' ? null : item.body,
    user: authorOf(world, item),
    author_association: authorAssociation(item.repository, item.author),
    labels: item.labels.map((given) => label(world, given)),
    assignee: simpleUser(world, item.assignees[0] ?? null),
    assignees: item.assignees.map((login) => simpleUser(world, login)),
    milestone: null,
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    closed_at: item.closedAt,
  };
}

function pullLinks(world, pull) {
  const webUrl = webAddress(world, pull);
  return {
    url: `${repositoryBase(world, pull.repository)}/pulls/${pull.number}`,
    html_url: webUrl,
    diff_url: `${webUrl}.diff`,
    patch_url: `${webUrl}.patch`,
    merged_at: pull.mergedAt,
  };
}

export function comment(world, given) {
  const base = repositoryBase(world, given.repository);
  return {
    id: given.databaseId,
    node_id: given.id,
    url: `${base}/issues/comments/${given.databaseId}`,
    html_url: `${webAddress(world, given.item)}#issuecomment-${given.databaseId}`,
    issue_url: `${base}/issues/${given.item.number}`,
    user: authorOf(world, given),
    author_association: authorAssociation(given.repository, given.author),
    body: given.body,
    created_at: given.createdAt,
    updated_at: given.updatedAt,
    performed_via_github_app: null,
  };
}

export const REACTION_NAMES = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  confused: 'CONFUSED',
  heart: 'HEART',
  hooray: 'HOORAY',
  rocket: 'ROCKET',
  eyes: 'EYES',
};

export function reaction(world, given) {
  const names = Object.keys(REACTION_NAMES);
  return {
    id: given.databaseId,
    node_id: given.id,
    user: simpleUser(world, given.login),
    content: names.find((name) => REACTION_NAMES[name] === given.content),
    created_at: given.createdAt,
  };
}

// As lists show a pull request: "merged" and the counts are missing there.
export function simplePull(world, pull, login) {
  const base = `${repositoryBase(world, pull.repository)}/pulls/${pull.number}`;
  const issueBase = `${repositoryBase(world, pull.repository)}/issues/${pull.number}`;
  const statuses = `${repositoryBase(world, pull.repository)}/statuses/${pull.headOid}`;
  const links = {
    self: base,
    html: webAddress(world, pull),
    issue: issueBase,
    comments: `${issueBase}/comments`,
    review_comments: `${base}/comments`,
    review_comment: `${repositoryBase(world, pull.repository)}/pulls/comments{/number}`,
    commits: `${base}/commits`,
    statuses,
  };
  const {merged_at: mergedAt, ...addressesOfPull} = pullLinks(world, pull);
  return {
    ...itemFields(world, pull),
    ...addressesOfPull,
    merged_at: mergedAt,
    issue_url: issueBase,
    commits_url: links.commits,
    comments_url: links.comments,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    statuses_url: statuses,
    merge_commit_sha: pull.mergeCommit,
    draft: pull.isDraft,
    requested_reviewers: pull.reviewRequests.map((reviewer) => simpleUser(world, reviewer)),
    requested_teams: [],
    auto_merge: pull.autoMerge ? autoMerge(world, pull.autoMerge) : null,
    head: pullEnd(world, {repository: pull.headRepository, owner: pull.headOwner, name: pull.headName, oid: pull.headOid}, login),
    base: pullEnd(world, {repository: pull.repository, owner: pull.repository.owner, name: pull.baseName, oid: baseOid(pull) ?? pull.baseOid}, login),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, {href}])),
  };
}

function autoMerge(world, {enabledBy, method}) {
  return {enabled_by: simpleUser(world, enabledBy), merge_method: method.toLowerCase(), commit_title: '', commit_message: ''};
}

function pullEnd(world, {repository, owner, name, oid}, login) {
  return {
    label: owner ? `${owner.login}:${name}` : name,
    ref: name,
    sha: oid,
    user: simpleUser(world, owner?.login ?? null),
    repo: repository ? fullRepository(world, repository, login) : null,
  };
}

const MERGEABLE_AS_REST = {MERGEABLE: true, CONFLICTING: false, UNKNOWN: null};

export function fullPull(world, pull, login) {
  const files = changedFiles(pull);
  const threadComments = pull.threads.flatMap((thread) => thread.comments);
  const answer = mergeableAsRest(pull);
  return {
    ...simplePull(world, pull, login),
    merged: pull.merged,
    merged_by: simpleUser(world, pull.mergedBy),
    mergeable: answer,
    rebaseable: answer,
    mergeable_state: {true: 'clean', false: 'dirty', null: 'unknown'}[String(answer)],
    comments: pull.comments.length,
    review_comments: threadComments.length,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commitsOf(pull).length,
    additions: sum(files, 'additions'),
    deletions: sum(files, 'deletions'),
    changed_files: files.length,
  };
}

// GitHub works it out in the background: the first question about a head and base is answered with null.
function mergeableAsRest(pull) {
  const before = pull.mergeableAskedFor;
  const answer = mergeable(pull);
  return before === pull.mergeableAskedFor ? MERGEABLE_AS_REST[answer] : null;
}

export function gitRef(world, repository, name, oid) {
  return {
    ref: name,
    node_id: `REF_${Buffer.from(`${repository.databaseId}:${name}`).toString('base64url')}`,
    url: `${repositoryBase(world, repository)}/git/${name}`,
    object: {type: 'commit', sha: oid, url: `${repositoryBase(world, repository)}/git/commits/${oid}`},
  };
}

export function release(world, given) {
  const base = `${repositoryBase(world, given.repository)}/releases/${given.databaseId}`;
  const webUrl = `${world.url}/${given.repository.fullName}`;
  return {
    id: given.databaseId,
    node_id: given.id,
    url: base,
    assets_url: `${base}/assets`,
    upload_url: `${base}/assets{?name,label}`,
    html_url: `${webUrl}/releases/tag/${given.tagName}`,
    tarball_url: `${repositoryBase(world, given.repository)}/tarball/${given.tagName}`,
    zipball_url: `${repositoryBase(world, given.repository)}/zipball/${given.tagName}`,
    tag_name: given.tagName,
    target_commitish: given.repository.defaultBranch,
    name: given.name,
    body: given.description,
    draft: false,
    prerelease: given.isPrerelease,
    created_at: given.createdAt,
    published_at: given.publishedAt,
    author: simpleUser(world, given.author),
    assets: [],
  };
}

export function permission(world, user, legacy, roleName) {
  return {permission: legacy, role_name: roleName, user: {...describeUser(world, user), role_name: roleName}};
}
