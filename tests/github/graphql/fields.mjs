// What each field of GitHub's schema answers, as far as the simulation models it: {Type: {field(source, args, context, info)}}.
// A field without a function is the property of that name; a connection is a Page of the whole list.

import {checkFields} from './fields/checks.mjs';
import {eventFields} from './fields/events.mjs';
import {gitFields} from './fields/git.mjs';
import {issueFields} from './fields/issue.mjs';
import {peopleFields} from './fields/people.mjs';
import {pullFields} from './fields/pull.mjs';
import {queryFields} from './fields/query.mjs';
import {repositoryFields} from './fields/repository.mjs';
import {reviewFields} from './fields/review.mjs';

export const fields = {
  ...queryFields,
  ...peopleFields,
  ...repositoryFields,
  ...gitFields,
  ...issueFields,
  ...pullFields,
  ...reviewFields,
  ...checkFields,
  ...eventFields,
};
