// The fields that all texts of people share: issues, pull requests, comments, reviews.

import {authorAssociation, hasRole} from '../../permissions.mjs';
import {Page} from '../page.mjs';
import {actor} from './people.mjs';

const REACTION_CONTENTS = ['THUMBS_UP', 'THUMBS_DOWN', 'LAUGH', 'HOORAY', 'CONFUSED', 'HEART', 'ROCKET', 'EYES'];

export const textFields = {
  author: (text, args, context) => actor(text.author, context),
  authorAssociation: (text) => authorAssociation(text.repository, text.author),
  viewerDidAuthor: (text, args, {login}) => text.author !== null && text.author === login,
  editor: (text, args, context) => actor(text.editor, context),
  fullDatabaseId: (text) => String(text.databaseId),
  bodyText: (text) => text.body,
  bodyHTML: (text) => text.body,
  createdViaEmail: () => false,
  includesCreatedEdit: (text) => text.lastEditedAt !== null,
  userContentEdits: (text) => new Page(editsOf(text)),
  publishedAt: (text) => text.createdAt,
  viewerCanUpdate: canUpdate,
  viewerCanDelete: canUpdate,
  viewerCanReact: () => true,
  reactionGroups: (text, args, context) => REACTION_CONTENTS.map((content) => reactionGroup(text, content, context)),
  reactions: (text, {content}) => new Page(reactionsTo(text, content)),
};

// The newest first; the text as it was written is one of them, once there is another.
function editsOf(text) {
  const edits = text.edits ?? [];
  const all = edits.length > 0 ? [{kind: 'UserContentEdit', editor: text.author, editedAt: text.createdAt}, ...edits] : [];
  return all.reverse().map((edit, index) => ({...edit, id: `UCE_${text.databaseId}_${all.length - index}`}));
}

function canUpdate(text, args, {login, token}) {
  return token.canWrite && (text.author === login || hasRole(text.repository, login, 'write'));
}

function reactionGroup(text, content, context) {
  const given = text.reactions[content] ?? [];
  const people = new Page(given.map((reaction) => actor(reaction.login, context)));
  return {
    kind: 'ReactionGroup',
    content,
    subject: text,
    createdAt: given[0]?.createdAt ?? null,
    viewerHasReacted: given.some((reaction) => reaction.login === context.login),
    reactors: people,
    users: people,
  };
}

function reactionsTo(text, content) {
  return content ? text.reactions[content] ?? [] : Object.values(text.reactions).flat();
}

export const editFields = {
  editor: (edit, args, context) => actor(edit.editor, context),
  createdAt: (edit) => edit.editedAt,
  updatedAt: (edit) => edit.editedAt,
};

export const reactionFields = {
  user: (reaction, args, context) => actor(reaction.login, context),
  reactable: (reaction) => reaction.subject,
};
