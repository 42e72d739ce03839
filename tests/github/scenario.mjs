// Builds the world, and the git repositories, out of a scenario. README.md describes the format; scenario.schema.json checks it.

import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';

import * as git from './git.mjs';
import * as conversation from './conversation.mjs';
import * as pulls from './pulls.mjs';
import {addCheckRun, addStatus} from './checks.mjs';
import {World, isoTime} from './world.mjs';

const SCHEMA = JSON.parse(readFileSync(new URL('scenario.schema.json', import.meta.url), 'utf8'));

export function readScenario(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function buildWorld(scenario, root, url) {
  demandValid(scenario);
  const now = scenario.now ? Date.parse(scenario.now) : Date.now();
  const world = new World({now, root});
  world.url = url;
  for (const user of scenario.users ?? []) {
    world.addUser(user);
  }
  for (const login of loginsOfTokens(scenario)) {
    world.ensureUser(login);
  }
  // All git repositories come first, because a pull request may come from a fork that is listed later.
  const repositories = scenario.repositories ?? [];
  for (const facts of repositories) {
    buildRepository(world, facts);
  }
  for (const facts of repositories) {
    buildItems(world, world.repositoryByName(facts.name), facts);
  }
  world.standing = false;
  return world;
}

function demandValid(scenario) {
  const validate = new Ajv({allowUnionTypes: true}).compile(SCHEMA);
  if (!validate(scenario)) {
    const problems = validate.errors.map((error) => {
      const extra = error.params.additionalProperty ? ` (${error.params.additionalProperty})` : '';
      return `${error.instancePath || '/'} ${error.message}${extra}`;
    });
    throw new Error(`The scenario is not valid:\n  ${problems.join('\n  ')}`);
  }
}

function loginsOfTokens(scenario) {
  return Object.values(scenario.tokens ?? {}).map((token) => token.login);
}

// A time is written as RFC 3339, or relative to the scenario's now: "-90s", "-30m", "-2h", "-3d".
export function parseTime(world, text) {
  if (text === undefined) {
    return world.nextScenarioTime();
  }
  const relative = /^-(\d+)([smhd])$/.exec(text);
  if (!relative) {
    return isoTime(Date.parse(text));
  }
  const seconds = {s: 1, m: 60, h: 3600, d: 86_400}[relative[2]] * Number(relative[1]);
  return isoTime(world.milliseconds() - seconds * 1000);
}

function buildRepository(world, facts) {
  const [ownerLogin, name] = facts.name.split('/');
  const owner = world.user(ownerLogin) ?? world.addUser({login: ownerLogin, type: 'Organization'});
  const repository = world.addRepository(world.register({
    kind: 'Repository',
    owner,
    name,
    fullName: `${owner.login}/${name}`,
    directory: path.join(world.root, owner.login, `${name}.git`),
    description: facts.description ?? null,
    isPrivate: facts.private ?? false,
    isArchived: facts.archived ?? false,
    hasIssues: facts.has_issues ?? true,
    parent: facts.fork_of ? world.repositoryByName(facts.fork_of) : null,
    defaultBranch: facts.default_branch ?? 'main',
    protectedBranches: facts.protected_branches ?? [],
    rules: [],
    permissions: readPermissions(facts.permissions ?? {}),
    createdAt: isoTime(world.now - 90 * 86_400_000),
    pushedAt: isoTime(world.now - 7 * 86_400_000),
    labels: new Map(),
    items: new Map(),
    lastNumber: 0,
    refs: new Map(),
    checks: new Map(),
    suites: new Map(),
    workflows: new Map(),
    releases: [],
  }, 'R', facts.id));
  for (const login of Object.keys(facts.permissions ?? {})) {
    world.ensureUser(login);
  }
  buildGit(world, repository, facts);
  for (const label of facts.labels ?? []) {
    conversation.createLabel(world, repository, typeof label === 'string' ? {name: label} : label);
  }
  for (const release of facts.releases ?? []) {
    buildRelease(world, repository, release);
  }
}

function readPermissions(permissions) {
  const entries = Object.entries(permissions).map(([login, given]) => {
    const permission = typeof given === 'string' ? {role: given} : {role: given.role, roleName: given.role_name};
    return [login.toLowerCase(), permission];
  });
  return new Map(entries);
}

// Git

// Commits without a date get fixed ones, so that the same scenario has the same oids at every start.
const FIRST_COMMIT_DATE = Date.parse('2026-01-01T00:00:00Z') / 1000;

function buildGit(world, repository, facts) {
  if (existsSync(repository.directory)) {
    throw new Error(`${repository.directory} exists already: each run needs a root of its own`);
  }
  if (repository.parent) {
    git.forkBareRepository(repository.parent.directory, repository.directory);
  } else {
    git.createBareRepository(repository.directory, repository.defaultBranch);
  }
  const commits = facts.commits ?? (repository.parent ? [] : [{message: 'Initial commit', files: {'README.md': `# ${repository.name}\n`}}]);
  const started = new Map([...git.listRefs(repository.directory).keys()].map((ref) => [ref, false]));
  const ready = commits.map((commit, index) => prepareCommit(world, repository, commit, index, started));
  git.importCommits(repository.directory, ready);
  git.setProtectedBranches(repository.directory, repository.protectedBranches);
  repository.refs = git.listRefs(repository.directory);
}

function prepareCommit(world, repository, commit, index, started) {
  const branch = commit.branch ?? repository.defaultBranch;
  return {
    branch,
    from: startingPoint(repository, branch, commit.from, started),
    message: commit.message ?? `Change ${index + 1}`,
    date: commit.date ? Date.parse(parseTime(world, commit.date)) / 1000 : FIRST_COMMIT_DATE + index * 60,
    author: commitAuthor(world, commit.author ?? repository.owner.login),
    files: commitFiles(commit.files ?? {}),
  };
}

// A new branch starts where `from` says, else at the default branch. Null: the branch simply grows, or starts from nothing.
// `started` holds the refs that are there already: true for those that this import has written to.
function startingPoint(repository, branch, from, started) {
  const ref = `refs/heads/${branch}`;
  const base = `refs/heads/${repository.defaultBranch}`;
  const isFirstHere = started.get(ref) !== true;
  const existed = started.has(ref);
  started.set(ref, true);
  if (from) {
    return started.has(`refs/heads/${from}`) ? `refs/heads/${from}` : from;
  }
  if (existed) {
    return isFirstHere ? `${ref}^0` : null;
  }
  return ref !== base && started.has(base) ? base : null;
}

export function commitAuthor(world, login) {
  const user = world.ensureUser(login);
  return {name: user.name ?? user.login, email: user.email ?? `${user.databaseId}+${user.login}@users.noreply.github.com`};
}

// {path: content}, {path: null} to delete, {path: {content, executable, symlink}}.
export function commitFiles(files) {
  return Object.entries(files).map(([name, given]) => {
    const file = given === null || typeof given === 'string' ? {content: given} : given;
    if (file.symlink) {
      return {path: name, content: file.symlink, mode: '120000'};
    }
    return {path: name, content: file.content, mode: file.executable ? '100755' : '100644'};
  });
}

function buildRelease(world, repository, facts) {
  const at = parseTime(world, facts.at);
  repository.releases.push(world.register({
    kind: 'Release', repository, tagName: facts.tag, name: facts.name ?? facts.tag, description: facts.body ?? '',
    isPrerelease: facts.prerelease ?? false, isDraft: false, author: facts.author ?? repository.owner.login,
    createdAt: at, publishedAt: at,
  }, 'RE'));
  const ref = `refs/tags/${facts.tag}`;
  git.updateRef(repository.directory, ref, pulls.branchOid(repository, facts.branch ?? repository.defaultBranch));
  repository.refs = git.listRefs(repository.directory);
}

// Issues and pull requests

// Numbers are shared. Items are built in the order of their numbers, so that times and references make sense.
function buildItems(world, repository, facts) {
  const all = [
    ...(facts.issues ?? []).map((item) => ({build: buildIssue, item})),
    ...(facts.pulls ?? []).map((item) => ({build: buildPull, item})),
  ];
  const numbered = all.map((entry, index) => ({...entry, number: entry.item.number ?? index + 1}));
  numbered.sort((one, other) => one.number - other.number);
  if (new Set(numbered.map(({number}) => number)).size < numbered.length) {
    throw new Error(`${repository.fullName} has two issues or pull requests with one number`);
  }
  for (const {build, item, number} of numbered) {
    build(world, repository, {...item, number});
  }
  for (const {item, number} of numbered) {
    linkIssues(world, repository, item, number);
  }
  removeGoneBranches(repository, facts.pulls ?? []);
}

// null is a deleted account; not given is the owner's first administrator.
function author(repository, given) {
  return given === undefined ? someAdministrator(repository) : given;
}

function someAdministrator(repository) {
  for (const [login, {role}] of repository.permissions) {
    if (role === 'admin') {
      return login;
    }
  }
  return repository.owner.login;
}

function buildIssue(world, repository, facts) {
  const issue = conversation.createIssue(world, repository, {
    number: facts.number,
    title: facts.title ?? `Issue ${facts.number}`,
    body: facts.body,
    author: author(repository, facts.author),
    at: parseTime(world, facts.at),
  });
  conversation.noteMentions(world, issue, issue.createdAt);
  buildConversation(world, issue, facts);
  if (facts.state === 'closed') {
    conversation.closeIssue(world, issue, facts.closed_by ?? issue.author, {
      reason: (facts.state_reason ?? 'completed').toUpperCase(),
      at: parseTime(world, facts.closed_at),
    });
  }
}

function buildConversation(world, item, facts) {
  const {repository} = item;
  for (const given of facts.labels ?? []) {
    const label = typeof given === 'string' ? {name: given} : given;
    const by = label.by === undefined ? someAdministrator(repository) : label.by;
    conversation.addLabel(world, item, conversation.ensureLabel(world, repository, label.name), by, parseTime(world, label.at));
  }
  for (const event of facts.events ?? []) {
    buildEvent(world, item, event);
  }
  conversation.addAssignees(world, item, facts.assignees ?? [], someAdministrator(repository), parseTime(world, undefined));
  for (const edit of facts.edits ?? []) {
    buildEdit(world, item, edit);
  }
  for (const comment of facts.comments ?? []) {
    buildComment(world, item, comment);
  }
  addReactions(world, item, facts.reactions);
}

// {labeled|unlabeled: NAME, by, at}: for labels that came and went.
function buildEvent(world, item, event) {
  const name = event.labeled ?? event.unlabeled;
  const label = conversation.ensureLabel(world, item.repository, name);
  const change = event.labeled ? conversation.addLabel : conversation.removeLabel;
  change(world, item, label, event.by, parseTime(world, event.at));
}

// {by, at, previous_title}: the title was changed; without previous_title: the body was.
function buildEdit(world, item, edit) {
  const at = parseTime(world, edit.at);
  if (edit.previous_title === undefined) {
    conversation.markEdited(item, edit.by, at);
  } else {
    conversation.addEvent(world, item, 'RenamedTitleEvent', edit.by, {previousTitle: edit.previous_title, currentTitle: item.title}, at);
  }
  conversation.touch(item, at);
}

function buildComment(world, item, facts) {
  const comment = conversation.addComment(world, item, {
    body: facts.body,
    author: author(item.repository, facts.author),
    at: parseTime(world, facts.at),
  });
  finishText(world, comment, facts);
}

function finishText(world, text, facts) {
  if (facts.edited) {
    conversation.markEdited(text, facts.edited.by, parseTime(world, facts.edited.at));
  }
  text.isMinimized = facts.minimized ?? false;
  addReactions(world, text, facts.reactions);
}

function addReactions(world, subject, reactions = {}) {
  for (const [content, logins] of Object.entries(reactions)) {
    for (const login of logins) {
      conversation.addReaction(world, subject, content, login);
    }
  }
}

function buildPull(world, repository, facts) {
  const isFork = facts.head_repository != null;
  const pull = pulls.addPull(world, repository, {
    number: facts.number,
    headRepository: isFork ? world.repositoryByName(facts.head_repository) : repository,
    headName: facts.head,
    baseName: facts.base ?? repository.defaultBranch,
    title: facts.title ?? `Pull request ${facts.number}`,
    body: facts.body,
    author: author(repository, facts.author),
    isDraft: facts.draft,
    maintainerCanModify: facts.maintainer_can_modify,
    at: parseTime(world, facts.at),
  });
  if (!pull.headOid) {
    throw new Error(`The scenario has no branch ${facts.head} for pull request ${facts.number}`);
  }
  pull.mergeableAs = facts.mergeable ?? null;
  pull.isInMergeQueue = facts.in_merge_queue ?? false;
  pull.reviewRequests = facts.review_requests ?? [];
  if (facts.auto_merge) {
    pull.autoMerge = {
      enabledBy: facts.auto_merge.by ?? someAdministrator(repository),
      enabledAt: parseTime(world, facts.auto_merge.at),
      method: facts.auto_merge.method ?? 'MERGE',
    };
  }
  buildConversation(world, pull, facts);
  buildReviews(world, pull, facts);
  buildChecks(world, pull, facts);
  finishState(world, pull, facts);
}

function buildReviews(world, pull, facts) {
  for (const given of facts.reviews ?? []) {
    const review = pulls.addReview(world, pull, {
      author: author(pull.repository, given.author),
      state: given.state ?? 'COMMENTED',
      body: given.body,
      at: parseTime(world, given.at),
    });
    finishText(world, review, given);
    for (const thread of given.threads ?? []) {
      buildThread(world, pull, thread, review);
    }
  }
  for (const thread of facts.threads ?? []) {
    buildThread(world, pull, thread, undefined);
  }
}

function buildThread(world, pull, facts, review) {
  const thread = pulls.addThread(world, pull, {
    path: facts.path,
    line: facts.line,
    startLine: facts.start_line,
    subjectType: facts.subject_type,
    isOutdated: facts.outdated,
    isResolved: facts.resolved,
    resolvedBy: facts.resolved_by,
    canReply: facts.can_reply,
  });
  for (const given of facts.comments) {
    const login = author(pull.repository, given.author);
    const comment = pulls.addThreadComment(world, thread, {
      author: login,
      body: given.body,
      review: review?.author === login ? review : undefined,
      at: parseTime(world, given.at),
    });
    finishText(world, comment, given);
  }
}

function buildChecks(world, pull, facts) {
  for (const check of facts.checks ?? []) {
    addCheckRun(world, pull.repository, pull.headOid, {...check, at: parseTime(world, check.at)});
  }
  for (const status of facts.statuses ?? []) {
    addStatus(world, pull.repository, pull.headOid, {...status, at: parseTime(world, status.at)});
  }
}

function finishState(world, pull, facts) {
  if (facts.state === 'merged') {
    pulls.markMerged(world, pull, facts.merged_by ?? someAdministrator(pull.repository), pulls.baseOid(pull), parseTime(world, facts.closed_at));
  } else if (facts.state === 'closed') {
    pulls.closePull(world, pull, facts.closed_by ?? pull.author, parseTime(world, facts.closed_at));
  }
  if (facts.head_repository === null) {
    pull.headRepository = null;
    pull.headOwner = null;
    pull.isCrossRepository = true;
  }
}

function linkIssues(world, repository, facts, number) {
  for (const issueNumber of facts.linked_issues ?? []) {
    const pull = repository.items.get(number);
    pulls.linkIssue(world, pull, repository.items.get(issueNumber), someAdministrator(repository), parseTime(world, undefined));
  }
}

// A deleted fork ("head_repository": null) or a deleted head branch was needed to make refs/pull/N/head; now it goes.
function removeGoneBranches(repository, facts) {
  for (const pull of facts.filter((given) => given.head_repository === null || given.head_deleted)) {
    git.deleteRef(repository.directory, `refs/heads/${pull.head}`);
  }
  repository.refs = git.listRefs(repository.directory);
}
