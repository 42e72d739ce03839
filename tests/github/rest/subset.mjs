// Reduces GitHub's OpenAPI description (13 MB) to the operations that the simulation knows of and the components they need.

export const OPERATIONS = [
  // with handlers
  'git/get-ref',
  'git/list-matching-refs',
  'issues/add-assignees',
  'issues/add-labels',
  'issues/check-user-can-be-assigned',
  'issues/create',
  'issues/create-comment',
  'issues/create-label',
  'issues/delete-comment',
  'issues/get',
  'issues/get-comment',
  'issues/get-label',
  'issues/list-comments',
  'issues/list-for-repo',
  'issues/remove-assignees',
  'issues/remove-label',
  'issues/update',
  'issues/update-comment',
  'meta/root',
  'pulls/create',
  'pulls/get',
  'pulls/list',
  'pulls/update',
  'rate-limit/get',
  'reactions/create-for-issue',
  'reactions/create-for-issue-comment',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'repos/get-latest-release',
  'users/get-authenticated',
  'users/get-by-username',
  // without: they are answered with 501 and a complaint, which says more than a 404
  'actions/download-job-logs-for-workflow-run',
  'actions/get-job-for-workflow-run',
  'actions/get-workflow-run',
  'actions/list-jobs-for-workflow-run',
  'actions/list-workflow-run-artifacts',
  'actions/list-workflow-runs',
  'apps/create-installation-access-token',
  'apps/get-authenticated',
  'apps/get-repo-installation',
  'apps/revoke-installation-access-token',
  'checks/list-for-ref',
  'pulls/create-reply-for-review-comment',
  'pulls/list-review-comments',
  'pulls/list-reviews',
  'pulls/merge',
  'pulls/request-reviewers',
  'reactions/create-for-pull-request-review-comment',
  'repos/get-combined-status-for-ref',
  'repos/list-commits',
  'search/issues-and-pull-requests',
];

// Prose and examples are most of the bytes, and validation needs neither.
const PROSE = ['description', 'summary', 'example', 'examples', 'externalDocs', 'x-github', 'x-octokit', 'x-github-breaking-changes'];

export function reduce(description, version) {
  const reduced = {openapi: description.openapi, info: {title: 'GitHub REST API, reduced', version}, operations: OPERATIONS, paths: {}, components: {}};
  const missing = new Set(OPERATIONS);
  for (const [path, item] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (missing.delete(operation?.operationId)) {
        reduced.paths[path] ??= {};
        reduced.paths[path][method] = withoutProse(operation);
      }
    }
  }
  if (missing.size > 0) {
    throw new Error(`the description lacks ${[...missing].join(', ')}`);
  }
  copyReferenced(reduced.paths, description, reduced);
  return reduced;
}

// The names of schema properties are data: a property may well be called "description".
function withoutProse(value, isPropertyList = false) {
  if (Array.isArray(value)) {
    return value.map((element) => withoutProse(element));
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const kept = Object.entries(value).filter(([name]) => isPropertyList || !PROSE.includes(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutProse(inner, name === 'properties' && !isPropertyList)]));
}

function copyReferenced(value, source, target) {
  if (value === null || typeof value !== 'object') {
    return;
  }
  if (typeof value.$ref === 'string') {
    copyComponent(value.$ref, source, target);
  }
  for (const inner of Object.values(value)) {
    copyReferenced(inner, source, target);
  }
}

// "#/components/schemas/issue"
function copyComponent(reference, source, target) {
  const [, components, kind, name] = reference.split('/');
  target[components][kind] ??= {};
  if (target[components][kind][name] === undefined) {
    target[components][kind][name] = withoutProse(source[components][kind][name]);
    copyReferenced(target[components][kind][name], source, target);
  }
}
