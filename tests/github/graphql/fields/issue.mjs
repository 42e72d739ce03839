// Issues, and what they share with pull requests; comments in their conversation.

import {pullsLinkedTo} from '../../pulls.mjs';
import {Page} from '../page.mjs';
import {timelineOf} from './events.mjs';
import {actor} from './people.mjs';
import {editFields, reactionFields, textFields} from './texts.mjs';

export function itemUrl(item, {world}) {
  return `${world.url}/${item.repository.fullName}/${item.kind === 'Issue' ? 'issues' : 'pull'}/${item.number}`;
}

export const itemFields = {
  ...textFields,
  url: (item, args, context) => itemUrl(item, context),
  titleHTML: (item) => item.title,
  closed: (item) => item.state !== 'OPEN',
  activeLockReason: () => null,
  milestone: () => null,
  labels: (item) => new Page(item.labels),
  assignees: (item, args, context) => new Page(item.assignees.map((login) => actor(login, context))),
  comments: (item) => new Page(item.comments),
  participants: (item, args, context) => new Page(participants(item).map((login) => actor(login, context))),
  timelineItems: timelineOf,
};

function participants(item) {
  const logins = [item.author, ...item.comments.map((comment) => comment.author)];
  return [...new Set(logins.filter((login) => login !== null))];
}

export const issueFields = {
  Issue: {
    ...itemFields,
    // Without the argument a duplicate looks like any other issue that was not planned.
    stateReason: (issue, {enableDuplicate}) => (issue.stateReason === 'DUPLICATE' && !enableDuplicate ? 'NOT_PLANNED' : issue.stateReason),
    closedByPullRequestsReferences: listClosingPulls,
    isPinned: () => false,
  },

  IssueComment: {
    ...textFields,
    url: (comment, args, context) => `${itemUrl(comment.item, context)}#issuecomment-${comment.databaseId}`,
    issue: (comment) => comment.item,
    pullRequest: (comment) => (comment.item.kind === 'PullRequest' ? comment.item : null),
    minimizedReason: (comment) => (comment.isMinimized ? 'off-topic' : null),
  },

  Reaction: reactionFields,

  UserContentEdit: editFields,
};

function listClosingPulls(issue, {includeClosedPrs, userLinkedOnly}, {world}) {
  const linked = pullsLinkedTo(world, issue);
  return new Page(linked.filter((pull) => {
    const isShown = includeClosedPrs || pull.state !== 'CLOSED';
    return isShown && (!userLinkedOnly || pull.linkedIssues.has(issue));
  }));
}
