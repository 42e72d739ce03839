// Check runs, statuses, suites and workflow runs.

import {checkRunState, contextsOf} from '../../checks.mjs';
import {Page} from '../page.mjs';
import {commitOf} from './git.mjs';
import {actor} from './people.mjs';

export const checkFields = {
  StatusCheckRollup: {
    commit: (rollup) => commitOf(rollup.repository, rollup.oid),
    contexts: (rollup) => contextsPage(contextsOf(rollup.repository, rollup.oid)),
  },

  CheckRun: {
    url: (run) => run.detailsUrl,
    permalink: (run) => run.detailsUrl,
    resourcePath: (run) => `/${run.repository.fullName}/runs/${run.databaseId}`,
    checkSuite: (run) => run.suite,
    externalId: () => '',
    // Needs to be told for which pull request; GitHub refuses the question otherwise.
    isRequired: (run, args) => isRequired(run, args),
    annotations: (run) => new Page(run.annotations.map(describeAnnotation)),
  },

  StatusContext: {
    commit: (status) => commitOf(status.repository, status.oid),
    creator: (status, args, context) => actor(status.creator, context),
    isRequired: (status, args) => isRequired(status, args),
    avatarUrl: () => null,
  },

  CheckSuite: {
    app: (suite) => ({kind: 'App', id: `A_${suite.app}`, slug: suite.app, name: suite.app}),
    status: (suite) => (suite.runs.every((run) => run.status === 'COMPLETED') ? 'COMPLETED' : 'IN_PROGRESS'),
    conclusion: (suite) => suiteConclusion(suite),
    commit: (suite) => commitOf(suite.repository, suite.oid),
    branch: () => null,
    updatedAt: (suite) => suite.createdAt,
    checkRuns: (suite, {filterBy}) => new Page(suite.runs.filter((run) => matchesFilter(run, filterBy))),
  },

  WorkflowRun: {
    url: (run, args, {world}) => `${world.url}/${run.repository.fullName}/actions/runs/${run.databaseId}`,
    checkSuite: (run) => run.suite,
    runNumber: () => 1,
    updatedAt: (run) => run.createdAt,
  },

  Workflow: {
    url: (workflow, args, {world}) => `${world.url}/${workflow.repository.fullName}/actions/workflows/${workflow.file}`,
    state: () => 'ACTIVE',
    runs: (workflow) => new Page(runsOf(workflow)),
  },
};

function contextsPage(contexts) {
  const runs = contexts.filter((context) => context.kind === 'CheckRun');
  const statuses = contexts.filter((context) => context.kind === 'StatusContext');
  const extra = {
    checkRunCount: runs.length,
    statusContextCount: statuses.length,
    checkRunCountsByState: countBy(runs, checkRunState),
    statusContextCountsByState: countBy(statuses, (status) => status.state),
  };
  return new Page(contexts, {extra});
}

function countBy(list, stateOf) {
  const counts = new Map();
  for (const state of list.map(stateOf)) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].map(([state, count]) => ({state, count}));
}

function isRequired(context, {pullRequestId, pullRequestNumber}) {
  if (pullRequestId == null && pullRequestNumber == null) {
    throw new Error("Either 'pullRequestId' or 'pullRequestNumber' argument must be provided.");
  }
  return context.isRequired;
}

function describeAnnotation(annotation) {
  const line = annotation.line ?? 1;
  return {
    kind: 'CheckAnnotation',
    path: annotation.path,
    annotationLevel: annotation.level ?? 'FAILURE',
    message: annotation.message,
    title: annotation.title ?? null,
    rawDetails: null,
    location: {start: {line, column: null}, end: {line, column: null}},
  };
}

function suiteConclusion(suite) {
  if (suite.runs.some((run) => run.status !== 'COMPLETED')) {
    return null;
  }
  const worst = suite.runs.find((run) => !['SUCCESS', 'NEUTRAL', 'SKIPPED'].includes(run.conclusion));
  return worst?.conclusion ?? 'SUCCESS';
}

function matchesFilter(run, filter) {
  const tests = [
    filter?.conclusions == null || filter.conclusions.includes(run.conclusion),
    filter?.statuses == null || filter.statuses.includes(run.status),
    filter?.status == null || filter.status === run.status,
    filter?.checkName == null || filter.checkName === run.name,
  ];
  return tests.every(Boolean);
}

function runsOf(workflow) {
  const suites = [...workflow.repository.suites.values()];
  const runs = suites.map((suite) => suite.workflowRun).filter((run) => run?.workflow === workflow);
  return runs.reverse();
}
