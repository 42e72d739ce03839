// Refs and commits, read from the real repository.

import * as git from '../../git.mjs';
import {hasRole} from '../../permissions.mjs';
import {contextsOf, rollupState} from '../../checks.mjs';
import {pullsOf} from '../../pulls.mjs';
import {Page} from '../page.mjs';

// A branch is known by "main", its prefix being "refs/heads/".
export function refOf(repository, fullName) {
  const oid = repository.refs.get(fullName);
  if (!oid) {
    return null;
  }
  const [, prefix, name] = /^(refs\/[^/]+\/)(.*)$/.exec(fullName);
  const id = `REF_${Buffer.from(`${repository.databaseId}:${fullName}`).toString('base64url')}`;
  return {kind: 'Ref', id, repository, fullName, prefix, name, oid};
}

export function commitOf(repository, oid) {
  const facts = oid ? git.readCommit(repository.directory, oid) : null;
  if (!facts) {
    return null;
  }
  const id = `C_${Buffer.from(`${repository.databaseId}:${facts.oid}`).toString('base64url')}`;
  return {kind: 'Commit', id, repository, ...facts};
}

export function rollupOf(repository, oid, {world}) {
  const contexts = contextsOf(repository, oid);
  if (contexts.length === 0) {
    return null;
  }
  const id = `SCR_${Buffer.from(`${repository.databaseId}:${oid}`).toString('base64url')}`;
  const rollup = {kind: 'StatusCheckRollup', id, repository, oid, state: rollupState(contexts)};
  world.nodes.set(id, rollup);
  return rollup;
}

export const gitFields = {
  Ref: {
    target: (ref) => commitOf(ref.repository, ref.oid),
    associatedPullRequests: (ref, {states}, {world}) => new Page(pullsFrom(world, ref, states)),
    // One is for administrators, the other for everybody else.
    branchProtectionRule: (ref, args, context) => protectionOf(ref, 'BranchProtectionRule', isAdmin(ref, context)),
    refUpdateRule: (ref, args, context) => protectionOf(ref, 'RefUpdateRule', !isAdmin(ref, context)),
    rules: (ref) => new Page(ref.repository.rules.filter(({branch}) => branch === branchName(ref)).map(({type}) => ({kind: 'RepositoryRule', type}))),
    compare: compareRefs,
  },

  Commit: {
    abbreviatedOid: (commit) => commit.oid.slice(0, 7),
    messageHeadline: (commit) => commit.message.split('\n')[0],
    messageBody: (commit) => commit.message.split('\n').slice(1).join('\n').trim(),
    committedDate: (commit) => commit.committer.date,
    authoredDate: (commit) => commit.author.date,
    tree: (commit) => ({kind: 'Tree', oid: commit.tree}),
    url: (commit, args, {world}) => `${world.url}/${commit.repository.fullName}/commit/${commit.oid}`,
    parents: (commit) => new Page(commit.parents.map((oid) => commitOf(commit.repository, oid))),
    history: listHistory,
    statusCheckRollup: (commit, args, context) => rollupOf(commit.repository, commit.oid, context),
  },

  GitActor: {
    user: (person, args, {world}) => userOfAddress(world, person.email),
  },
};

function isAdmin(ref, {login}) {
  return hasRole(ref.repository, login, 'admin');
}

function protectionOf(ref, kind, isShown) {
  const isProtected = ref.repository.protectedBranches.includes(branchName(ref));
  const id = `${kind}_${Buffer.from(`${ref.repository.databaseId}:${ref.fullName}`).toString('base64url')}`;
  return isProtected && isShown ? {kind, id, pattern: branchName(ref)} : null;
}

// A branch of a fork has its pull requests in the parent.
function pullsFrom(world, ref, states) {
  const repositories = [...world.repositories.values()];
  const all = repositories.flatMap(pullsOf).filter((pull) => pull.headRepository === ref.repository && pull.headName === branchName(ref));
  return states ? all.filter((pull) => states.includes(pull.state)) : all;
}

// Where refs are listed by a prefix, their names lack it.
function branchName(ref) {
  return ref.fullName.replace('refs/heads/', '');
}

function listHistory(commit, {since, until, path}) {
  const oids = git.listCommits(commit.repository.directory, [commit.oid], {since, until, paths: path ? [path] : []});
  return new Page(oids.map((oid) => commitOf(commit.repository, oid)));
}

// Seen from this ref: the head is `aheadBy` commits ahead of it.
function compareRefs(ref, {headRef}) {
  const {repository} = ref;
  const head = repository.refs.get(headRef) ?? repository.refs.get(`refs/heads/${headRef}`) ?? headRef;
  const aheadBy = git.listCommits(repository.directory, [`${ref.oid}..${head}`]).length;
  const behindBy = git.listCommits(repository.directory, [`${head}..${ref.oid}`]).length;
  const status = aheadBy && behindBy ? 'DIVERGED' : aheadBy ? 'AHEAD' : behindBy ? 'BEHIND' : 'IDENTICAL';
  return {kind: 'Comparison', aheadBy, behindBy, status, baseTarget: commitOf(repository, ref.oid), headTarget: commitOf(repository, head)};
}

function userOfAddress(world, email) {
  const noreply = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email);
  const all = [...world.users.values()];
  return all.find((user) => user.kind === 'User' && (user.email === email || user.login === noreply?.[1])) ?? null;
}
