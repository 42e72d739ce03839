// Pull requests.

import * as git from '../../git.mjs';
import {hasRole} from '../../permissions.mjs';
import {branchOid, isVisible, issuesLinkedTo, mergeable} from '../../pulls.mjs';
import {contextsOf, rollupState} from '../../checks.mjs';
import {Page} from '../page.mjs';
import {commitOf, refOf, rollupOf} from './git.mjs';
import {itemFields, itemUrl} from './issue.mjs';
import {actor} from './people.mjs';

export const pullFields = {
  PullRequest: {
    ...itemFields,
    permalink: (pull, args, context) => itemUrl(pull, context),
    headRefName: (pull) => pull.headName,
    headRefOid: (pull) => pull.headOid,
    headRef: (pull) => (pull.headRepository ? refOf(pull.headRepository, `refs/heads/${pull.headName}`) : null),
    headRepositoryOwner: (pull) => pull.headOwner,
    baseRefName: (pull) => pull.baseName,
    // The base as of the last synchronisation; its tip now is baseRef.target.
    baseRefOid: (pull) => pull.baseOid,
    baseRef: (pull) => refOf(pull.repository, `refs/heads/${pull.baseName}`),
    baseRepository: (pull) => pull.repository,
    mergeable: (pull) => mergeable(pull),
    mergeStateStatus,
    mergeCommit: (pull) => commitOf(pull.repository, pull.mergeCommit),
    mergedBy: (pull, args, context) => actor(pull.mergedBy, context),
    autoMergeRequest: (pull, args, context) => describeAutoMerge(pull, context),
    mergeQueueEntry: () => null,
    isMergeQueueEnabled: () => false,
    reviewDecision,
    commits: listCommits,
    statusCheckRollup: (pull, args, context) => rollupOf(pull.repository, pull.headOid, context),
    closingIssuesReferences: (pull, args, {world}) => new Page(issuesLinkedTo(world, pull)),
    reviews: listReviews,
    latestReviews: (pull, args, {login}) => new Page(latestReviews(pull, login)),
    reviewThreads: (pull, args, {login}) => new Page(visibleThreads(pull, login)),
    reviewRequests: (pull, args, context) => new Page(pull.reviewRequests.map((login) => reviewRequest(pull, login, context))),
    totalCommentsCount: (pull) => pull.comments.length + pull.threads.flatMap((thread) => thread.comments).length,
    files: (pull) => new Page(changedFiles(pull)),
    changedFiles: (pull) => changedFiles(pull).length,
    additions: (pull) => sum(changedFiles(pull), 'additions'),
    deletions: (pull) => sum(changedFiles(pull), 'deletions'),
    viewerCanMergeAsAdmin: (pull, args, {login}) => hasRole(pull.repository, login, 'admin'),
    viewerCanEditFiles: (pull, args, {login}) => hasRole(pull.repository, login, 'write'),
  },

  PullRequestCommit: {
    url: (entry, args, context) => `${itemUrl(entry.pullRequest, context)}/commits/${entry.commit.oid}`,
  },
};

function visibleThreads(pull, login) {
  return pull.threads.filter((thread) => thread.comments.some((comment) => isVisible(comment, login)));
}

function reviewRequest(pull, login, context) {
  return {
    kind: 'ReviewRequest',
    id: `RR_${pull.databaseId}_${login}`,
    asCodeOwner: false,
    pullRequest: pull,
    requestedReviewer: actor(login, context),
  };
}

function mergeStateStatus(pull) {
  const answer = mergeable(pull);
  if (answer === 'UNKNOWN') {
    return 'UNKNOWN';
  }
  if (answer === 'CONFLICTING') {
    return 'DIRTY';
  }
  const state = rollupState(contextsOf(pull.repository, pull.headOid));
  if (pull.isDraft || reviewDecision(pull) === 'CHANGES_REQUESTED') {
    return 'BLOCKED';
  }
  return state === null || state === 'SUCCESS' ? 'CLEAN' : 'UNSTABLE';
}

function describeAutoMerge(pull, context) {
  if (!pull.autoMerge) {
    return null;
  }
  const {enabledBy, enabledAt, method} = pull.autoMerge;
  return {
    kind: 'AutoMergeRequest',
    pullRequest: pull,
    enabledBy: actor(enabledBy, context),
    enabledAt,
    mergeMethod: method,
    authorEmail: null,
    commitBody: null,
    commitHeadline: null,
  };
}

// The last word of each reviewer.
function latestReviews(pull, login) {
  const latest = new Map();
  for (const review of pull.reviews.filter((candidate) => isVisible(candidate, login) && candidate.author !== pull.author)) {
    if (review.state !== 'COMMENTED' || !latest.has(review.author)) {
      latest.set(review.author, review);
    }
  }
  return [...latest.values()];
}

function reviewDecision(pull) {
  const states = latestReviews(pull, null).map((review) => review.state);
  if (states.includes('CHANGES_REQUESTED')) {
    return 'CHANGES_REQUESTED';
  }
  if (states.includes('APPROVED')) {
    return 'APPROVED';
  }
  return pull.reviewRequests.length > 0 ? 'REVIEW_REQUIRED' : null;
}

function listReviews(pull, {states, author}, {login}) {
  return new Page(pull.reviews.filter((review) => {
    const tests = [
      isVisible(review, login),
      !states || states.includes(review.state),
      !author || review.author === author,
    ];
    return tests.every(Boolean);
  }));
}

// The commits between the base and the head, oldest first.
function listCommits(pull) {
  const oids = commitsOf(pull);
  return new Page(oids.map((oid) => ({kind: 'PullRequestCommit', id: `PRC_${oid}`, pullRequest: pull, commit: commitOf(pull.repository, oid)})));
}

function startOf(pull) {
  const base = pull.merged ? pull.baseOid : branchOid(pull.repository, pull.baseName) ?? pull.baseOid;
  return git.mergeBase(pull.repository.directory, base, pull.headOid) ?? base;
}

export function commitsOf(pull) {
  const oids = git.listCommits(pull.repository.directory, [`${startOf(pull)}..${pull.headOid}`]);
  // A merged pull request still has its commits, and even an empty one has a head.
  return oids.length > 0 ? oids.reverse() : [pull.headOid];
}

export function changedFiles(pull) {
  return git.diffFiles(pull.repository.directory, startOf(pull), pull.headOid);
}

export function sum(files, name) {
  return files.reduce((total, file) => total + file[name], 0);
}
