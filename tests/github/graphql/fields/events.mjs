// Timelines of issues and pull requests.

import {closesOnMerge} from '../../references.mjs';
import {Page} from '../page.mjs';
import {actor} from './people.mjs';
import {commitOf} from './git.mjs';

// LabeledEvent -> LABELED_EVENT
function enumName(kind) {
  return kind.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

// Events and comments together, oldest first.
export function timelineOf(item, {itemTypes, since}) {
  const all = [...item.events, ...item.comments, ...(item.reviews ?? [])];
  const wanted = all.filter((entry) => {
    const isWantedType = !itemTypes || itemTypes.includes(enumName(entry.kind));
    return isWantedType && (!since || entry.createdAt >= since);
  });
  wanted.sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  return new Page(wanted, {extra: {filteredCount: wanted.length, pageCount: wanted.length, updatedAt: item.updatedAt}});
}

const eventBase = {
  actor: (event, args, context) => actor(event.actor, context),
};

// A link made by hand, between the issue (`source`) and a pull request (`subject`).
const linkFields = {
  ...eventBase,
  isCrossRepository: (event) => event.subject.repository !== event.item.repository,
};

export const eventFields = {
  LabeledEvent: {...eventBase, labelable: (event) => event.item},
  UnlabeledEvent: {...eventBase, labelable: (event) => event.item},
  RenamedTitleEvent: {...eventBase, subject: (event) => event.item},
  AssignedEvent: {...eventBase, assignee: (event, args, context) => actor(event.assignee, context), assignable: (event) => event.item},
  UnassignedEvent: {...eventBase, assignee: (event, args, context) => actor(event.assignee, context), assignable: (event) => event.item},
  ClosedEvent: {...eventBase, closable: (event) => event.item, closer: (event) => event.closer ?? null},
  ReopenedEvent: {...eventBase, closable: (event) => event.item},
  CrossReferencedEvent: {
    ...eventBase,
    isCrossRepository: (event) => event.source.repository !== event.item.repository,
    target: (event) => event.item,
    referencedAt: (event) => event.createdAt,
    willCloseTarget: (event) => event.source.kind === 'PullRequest' && event.item.kind === 'Issue' && closesOnMerge(event.source, event.item),
  },
  ConnectedEvent: linkFields,
  DisconnectedEvent: linkFields,
  MergedEvent: {
    ...eventBase,
    pullRequest: (event) => event.item,
    commit: (event) => commitOf(event.item.repository, event.commitOid),
    mergeRefName: (event) => event.item.baseName,
  },
  HeadRefDeletedEvent: {...eventBase, pullRequest: (event) => event.item, headRef: () => null},
  HeadRefForcePushedEvent: {
    ...eventBase,
    pullRequest: (event) => event.item,
    beforeCommit: (event) => commitOf(event.item.repository, event.before),
    afterCommit: (event) => commitOf(event.item.repository, event.after),
  },
};
